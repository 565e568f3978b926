import { createHash, type KeyObject } from 'node:crypto';
import { selfSignedCertificate } from '#kit/io/self-signed-certificate';
import { fingerprintText, type Fingerprint } from '../fingerprint.ts';

/** What DTLS proves itself with. Only its fingerprint matters, which signalling vouches for: RFC 8827 section 6.5. */
export interface PeerCertificate {
  readonly der: Uint8Array;
  readonly privateKey: KeyObject;
  readonly fingerprint: Fingerprint;
}

/** `wallMs`: Unix time. */
export async function createCertificate(wallMs: number): Promise<PeerCertificate> {
  const { der, privateKey } = await selfSignedCertificate({
    commonName: 'WebRTC',
    validFromMs: wallMs - DAY_MS,
    validToMs: wallMs + LIFETIME_DAYS * DAY_MS,
  });
  return { der, privateKey, fingerprint: { algorithm: 'sha-256', value: fingerprintText(createHash('sha256').update(der).digest()) } };
}

const DAY_MS = 86_400_000;
/** It lives as long as the process. */
const LIFETIME_DAYS = 365;
