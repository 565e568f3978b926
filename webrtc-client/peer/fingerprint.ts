/** The hash functions of `a=fingerprint` that are still sound (RFC 8122 section 5), as crypto libraries call them. */
export type FingerprintHash = 'sha256' | 'sha384' | 'sha512';

export interface Fingerprint {
  readonly algorithm: string;
  readonly value: string;
}

/** Whether one of `fingerprints` is that of the certificate; those with an unsound or unknown hash never match. */
export function matchesFingerprint(
  fingerprints: readonly Fingerprint[],
  certificate: Uint8Array,
  hash: (name: FingerprintHash, bytes: Uint8Array) => Uint8Array,
): boolean {
  return fingerprints.some(({ algorithm, value }) => {
    const name = HASHES[algorithm.toLowerCase()];
    return name !== undefined && value.toUpperCase() === fingerprintText(hash(name, certificate));
  });
}

/** `AA:BB:...` */
export function fingerprintText(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

const HASHES: Readonly<Record<string, FingerprintHash>> = { 'sha-256': 'sha256', 'sha-384': 'sha384', 'sha-512': 'sha512' };
