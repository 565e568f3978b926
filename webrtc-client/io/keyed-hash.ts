import { createHmac, randomBytes } from 'node:crypto';
import { makeCallToken, type CallTokenClaims, type Hmac } from '../call-token.ts';
import type { TurnHmac } from '../ice-servers.ts';

export function callTokenHmac(key: string): Hmac {
  return (text) => createHmac('sha256', key).update(text).digest('base64url');
}

/** The REST scheme of coturn uses SHA-1. */
export function turnHmac(secret: string | undefined): TurnHmac | undefined {
  return secret === undefined || secret === '' ? undefined : (text) => createHmac('sha1', secret).update(text).digest('base64');
}

/** Makes call tokens under `key`; the gateway that was given the same key takes them. */
export function callTokenIssuer(key: string): (grant: Omit<CallTokenClaims, 'id'>) => string {
  const hmac = callTokenHmac(key);
  return (grant) => makeCallToken(hmac, { ...grant, id: unguessable(9) });
}

/** Base64url of so many random bytes. */
export function unguessable(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
