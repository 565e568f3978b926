import { createHash } from 'node:crypto';
import type { Algorithm } from '../challenge.ts';

/** Of what RFC 8760 names; OpenSSL calls them like this. */
export function hexDigest(algorithm: Algorithm, text: string): string {
  const names = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' } as const;
  return createHash(names[algorithm]).update(text, 'utf8').digest('hex');
}
