import * as z from 'zod';

/** What the embedding site's server lets a page do: one call or several until `expiresAtS`. */
export interface CallTokenClaims {
  /** Unix time, seconds. */
  readonly expiresAtS: number;
  /** Unique, so that no two tokens are alike. */
  readonly id: string;
  /** Only this persona may be called. */
  readonly persona?: string;
  /** Only a page of this origin may call. */
  readonly origin?: string;
}

/** HMAC-SHA256 under the key of call tokens, base64url. */
export type Hmac = (text: string) => string;

export type TokenVerdict =
  | { readonly kind: 'good'; readonly claims: CallTokenClaims }
  | { readonly kind: 'bad'; readonly code: 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'TOKEN_NOT_FOR_THIS'; readonly detail: string };

/** `v1.CLAIMS.SIGNATURE`; both parts base64url, so that it goes into a header as it is. */
export function makeCallToken(hmac: Hmac, claims: CallTokenClaims): string {
  const { expiresAtS, id, persona, origin } = claims;
  const body = JSON.stringify({
    exp: Math.floor(expiresAtS),
    jti: id,
    ...(persona === undefined ? {} : { per: persona }),
    ...(origin === undefined ? {} : { ori: origin }),
  });
  const signed = `${VERSION}.${toBase64Url(body)}`;
  return `${signed}.${hmac(signed)}`;
}

/** Whether `token` allows a call to `persona` (undefined: to whomever) from a page of `origin` (undefined: no browser) at `nowS`. */
export function verifyCallToken(
  hmac: Hmac,
  token: string,
  call: { readonly nowS: number; readonly persona: string | undefined; readonly origin: string | undefined },
): TokenVerdict {
  const match = token.length > LONGEST ? null : /^(v1\.([A-Za-z0-9_-]+))\.([A-Za-z0-9_-]+)$/.exec(token);
  const [, signed = '', body = '', signature = ''] = match ?? [];
  const claims = match !== null && sameText(hmac(signed), signature) ? readClaims(body) : undefined;
  if (claims === undefined)
    return bad('TOKEN_INVALID', 'The call token is not one that this server made; get one by POST /v1/call-tokens.');
  if (claims.expiresAtS <= call.nowS) return bad('TOKEN_EXPIRED', 'The call token has expired; get a new one just before the call.');
  if (claims.persona !== undefined && call.persona !== undefined && claims.persona !== call.persona)
    return bad('TOKEN_NOT_FOR_THIS', 'The call token is for another persona.');
  if (claims.origin !== undefined && claims.origin !== call.origin)
    return bad('TOKEN_NOT_FOR_THIS', 'The call token is for pages of another origin.');
  return { kind: 'good', claims };
}

const claimsSchema = z.object({ exp: z.int(), jti: z.string(), per: z.string().optional(), ori: z.string().optional() });

function readClaims(body: string): CallTokenClaims | undefined {
  let value: unknown;
  try {
    value = JSON.parse(fromBase64Url(body));
  } catch {
    return undefined;
  }
  const { success, data } = claimsSchema.safeParse(value);
  if (!success) return undefined;
  return {
    expiresAtS: data.exp,
    id: data.jti,
    ...(data.per === undefined ? {} : { persona: data.per }),
    ...(data.ori === undefined ? {} : { origin: data.ori }),
  };
}

/** In a time that does not tell how much of it was right. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

function toBase64Url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): string {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function bad(code: Extract<TokenVerdict, { kind: 'bad' }>['code'], detail: string): TokenVerdict {
  return { kind: 'bad', code, detail };
}

const VERSION = 'v1';
const LONGEST = 2_048;
