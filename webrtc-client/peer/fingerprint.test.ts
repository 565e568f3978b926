import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { fingerprintText, matchesFingerprint, type FingerprintHash } from './fingerprint.ts';

const hash = (name: FingerprintHash, bytes: Uint8Array): Uint8Array => createHash(name).update(bytes).digest();

it('matches any sound fingerprint, and never an unsound or unknown one', () => {
  const certificate = Buffer.from('certificate');
  const value = (name: string): string => fingerprintText(createHash(name).update(certificate).digest());
  expect(matchesFingerprint([{ algorithm: 'sha-256', value: value('sha256') }], certificate, hash)).toBe(true);
  expect(
    matchesFingerprint(
      [
        { algorithm: 'x', value: '' },
        { algorithm: 'SHA-384', value: value('sha384').toLowerCase() },
      ],
      certificate,
      hash,
    ),
  ).toBe(true);
  expect(
    matchesFingerprint(
      [
        { algorithm: 'sha-1', value: value('sha1') },
        { algorithm: 'toString', value: 'x' },
      ],
      certificate,
      hash,
    ),
  ).toBe(false);
  expect(matchesFingerprint([{ algorithm: 'sha-256', value: value('sha512') }], certificate, hash)).toBe(false);
  expect(matchesFingerprint([], certificate, hash)).toBe(false);
});
