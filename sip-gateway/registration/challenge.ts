import { readParams, splitCommas } from '../embedded/message/scan.ts';

/** Hash functions of RFC 8760, the strongest first. */
const ALGORITHMS = ['SHA-512-256', 'SHA-256', 'MD5'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** What a registrar or proxy wants to see answered; RFC 7616 section 3.3. */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: Algorithm;
  /** The `-sess` variant. */
  readonly isSession: boolean;
  /** The algorithm as it was written, to be repeated; undefined: none was. */
  readonly algorithmName: string | undefined;
  /** Undefined: as RFC 2069 had it. */
  readonly qop: 'auth' | 'auth-int' | undefined;
  readonly isStale: boolean;
  readonly hashesUser: boolean;
}

/**
 * The strongest challenge of a header that may hold several (comma lists and repeated fields are one text here), of each realm; those of schemes,
 * algorithms and qualities that we do not know are left out, as RFC 7616 section 3.7 wants it.
 */
export function readChallenges(header: string | undefined): readonly Challenge[] {
  // What cannot be repeated in a header of ours is not worth answering.
  if (header === undefined || header.length > MAX_HEADER_CHARS || /\p{Cc}/u.test(header.replaceAll('\t', ' '))) return [];
  const byRealm = new Map<string, Challenge>();
  for (const params of schemesOf(header)) {
    const challenge = challengeOf(params);
    if (challenge === undefined) continue;
    const known = byRealm.get(challenge.realm);
    if (known === undefined || strength(challenge) < strength(known)) byRealm.set(challenge.realm, challenge);
  }
  return [...byRealm.values()];
}

/** The parameters of each Digest challenge. A comma parts parameters and challenges alike: a new one begins with a scheme and a space. */
function schemesOf(header: string): readonly Readonly<Record<string, string>>[] {
  const parts = splitCommas(header);
  if (parts === undefined) return [];
  const found: { readonly scheme: string; readonly params: Record<string, string> }[] = [];
  for (const part of parts) {
    const [, scheme, rest = part] = /^([A-Za-z][A-Za-z0-9-]*)[ \t]+(?=[A-Za-z0-9_-]+[ \t]*=)(.*)$/s.exec(part) ?? [];
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), params: Object.create(null) as Record<string, string> });
    const read = readParams(`;${rest}`, 0);
    const last = found.at(-1);
    if (read === undefined || last === undefined) continue;
    for (const [key, value] of Object.entries(read.params)) if (!(key in last.params)) last.params[key] = unquoted(value);
  }
  return found.filter(({ scheme }) => scheme === 'digest').map(({ params }) => params);
}

function challengeOf(params: Readonly<Record<string, string>>): Challenge | undefined {
  const { realm, nonce, opaque, algorithm: algorithmName, qop: offered, stale, userhash } = params;
  if (realm === undefined || nonce === undefined || nonce === '') return undefined;
  const wanted = (algorithmName ?? 'MD5').toUpperCase();
  const isSession = wanted.endsWith('-SESS');
  const algorithm = ALGORITHMS.find((known) => known === (isSession ? wanted.slice(0, -'-SESS'.length) : wanted));
  if (algorithm === undefined) return undefined;
  const qualities = offered?.split(',').map((quality) => quality.trim().toLowerCase());
  const qop = qualities === undefined ? undefined : (['auth', 'auth-int'] as const).find((known) => qualities.includes(known));
  // Only qualities that we do not know: no answer of ours would be accepted.
  if (qop === undefined && qualities !== undefined && qualities.some((quality) => quality !== '')) return undefined;
  const isStale = stale?.toLowerCase() === 'true';
  return { realm, nonce, opaque, algorithm, isSession, algorithmName, qop, isStale, hashesUser: userhash?.toLowerCase() === 'true' };
}

function strength({ algorithm, qop }: Challenge): number {
  return ALGORITHMS.indexOf(algorithm) * 2 + (qop === undefined ? 1 : 0);
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\([\s\S])/g, '$1') : value;
}

/** A guess at what no honest server sends. */
const MAX_HEADER_CHARS = 8_192;
