import type { Algorithm, Challenge } from './challenge.ts';

/** Hexadecimal digest of a text's UTF-8 bytes; made outside, as cores have no cryptography. */
export type Hash = (algorithm: Algorithm, text: string) => string;

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface Signed {
  readonly method: string;
  readonly uri: string;
  readonly body: string;
}

/** The value of an Authorization or Proxy-Authorization header; RFC 7616 section 3.4, RFC 8760. `count`: requests with this nonce, this one included. */
export function answerTo(
  challenge: Challenge,
  { user, password }: Credentials,
  { method, uri, body }: Signed,
  { count, cnonce }: { readonly count: number; readonly cnonce: string },
  hash: Hash,
): string {
  const { realm, nonce, opaque, algorithm, algorithmName, isSession, qop, hashesUser } = challenge;
  const h = (text: string): string => hash(algorithm, text);
  const secret = h(`${user}:${realm}:${password}`);
  const a1 = isSession ? h(`${secret}:${nonce}:${cnonce}`) : secret;
  const a2 = h(qop === 'auth-int' ? `${method}:${uri}:${h(body)}` : `${method}:${uri}`);
  const nc = count.toString(16).padStart(8, '0');
  const response = qop === undefined ? h(`${a1}:${nonce}:${a2}`) : h(`${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`);
  const fields = [
    `username=${quoted(hashesUser ? h(`${user}:${realm}`) : user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    ...(algorithmName === undefined ? [] : [`algorithm=${algorithm}${isSession ? '-sess' : ''}`]),
    ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${nc}`]),
    // RFC 2617 section 3.2.2: not to be sent where no quality was offered, but the session key needs it.
    ...(qop === undefined && !isSession ? [] : [`cnonce=${quoted(cnonce)}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(hashesUser ? ['userhash=true'] : []),
  ];
  return `Digest ${fields.join(', ')}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
