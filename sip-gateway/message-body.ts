import { splitPart } from './mime-head.ts';
import type { MimeHead } from './mime-head.ts';

export type BodyReading =
  /** No body, or none that has to be understood. */
  | { readonly kind: 'none' }
  /** `type`: the one of those wanted that it is. */
  | { readonly kind: 'found'; readonly type: string; readonly text: string }
  /** There is one and nothing in it is wanted: 415. */
  | { readonly kind: 'other' };

/**
 * Finds what is wanted in the body of a message, alone or as a part of a multipart body (RFC 5621), such as SDP beside a
 * location or an encapsulated ISUP message. `wanted` are media types in lower case.
 */
export function findBody(head: MimeHead, body: string, wanted: readonly string[]): BodyReading {
  if (body.trim() === '') return { kind: 'none' };
  return search(head, body, wanted, 0);
}

function search(head: MimeHead, text: string, wanted: readonly string[], depth: number): BodyReading {
  const type = head.type?.value ?? '';
  if (type.startsWith('multipart/')) return depth >= MAX_DEPTH ? unknown(head) : searchParts(head, text, wanted, depth);
  if (!wanted.includes(type) || !isForNow(head)) return unknown(head);
  const decoded = decode(head, text);
  return decoded === undefined ? unknown(head) : { kind: 'found', type, text: decoded };
}

function searchParts(head: MimeHead, text: string, wanted: readonly string[], depth: number): BodyReading {
  const readings = splitParts(text, head.type?.params.get('boundary') ?? '').map((part) => {
    const { head: own, text: inner } = splitPart(part);
    return search(own, inner, wanted, depth + 1);
  });
  const isFound = ({ kind }: BodyReading) => kind === 'found';
  // The last alternative is the best one that its sender knows: RFC 2046 section 5.1.4.
  const found = head.type?.value === 'multipart/alternative' ? readings.findLast(isFound) : readings.find(isFound);
  if (found !== undefined) return found;
  const isOptional = readings.length > 0 && readings.every(({ kind }) => kind === 'none');
  return isOptional ? { kind: 'none' } : unknown(head);
}

/** What stands between the delimiter lines, RFC 2046 section 5.1.1; an end that is missing is where the body ends. */
function splitParts(text: string, boundary: string): readonly string[] {
  if (boundary === '' || boundary.length > MAX_BOUNDARY) return [];
  const delimiter = `--${boundary}`;
  const parts: string[] = [];
  let partFrom = -1;
  for (let at = text.indexOf(delimiter); at >= 0 && parts.length < MAX_PARTS; at = text.indexOf(delimiter, at + delimiter.length)) {
    const rest = /^(--)?[ \t]*(?:\r?\n|$)/.exec(text.slice(at + delimiter.length, at + delimiter.length + MAX_PADDING));
    if (rest === null || (at > 0 && text[at - 1] !== '\n')) continue;
    if (partFrom >= 0) parts.push(text.slice(partFrom, at).replace(/\r?\n$/, ''));
    partFrom = rest[1] === undefined ? at + delimiter.length + rest[0].length : -1;
    if (partFrom < 0) return parts;
  }
  if (partFrom >= 0 && parts.length < MAX_PARTS) parts.push(text.slice(partFrom));
  return parts;
}

/** RFC 3261 section 20.11: what nobody needs to understand may be passed over, what says nothing of it has to be understood. */
function unknown({ disposition }: MimeHead): BodyReading {
  return { kind: disposition?.params.get('handling')?.toLowerCase() === 'optional' ? 'none' : 'other' };
}

/** A description for early media (RFC 3959) is not that of the call. */
function isForNow({ disposition }: MimeHead): boolean {
  return disposition?.value !== 'early-session';
}

/** The text itself; undefined where it is packed in a way that we do not know. */
function decode({ encoding, transferEncoding }: MimeHead, text: string): string | undefined {
  if (encoding !== '' && encoding !== 'identity') return undefined;
  switch (transferEncoding) {
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return text;
    case 'base64':
      return fromBase64(text);
    case 'quoted-printable':
      return text.replace(/=\r?\n/g, '').replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
    default:
      return undefined;
  }
}

function fromBase64(text: string): string | undefined {
  try {
    return atob(text.replace(/\s+/g, ''));
  } catch {
    return undefined;
  }
}

/** A multipart in a multipart, and one more; a guess. */
const MAX_DEPTH = 3;
/** SDP, a location, an identity, ISUP: a guess at twice as many. */
const MAX_PARTS = 16;
/** RFC 2046 section 5.1.1 allows 70 characters. */
const MAX_BOUNDARY = 256;
const MAX_PADDING = 64;
