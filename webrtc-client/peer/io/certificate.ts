import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { concatBytes } from '../bytes.ts';
import { fingerprintText, type Fingerprint } from '../fingerprint.ts';

/** What DTLS proves itself with. Only its fingerprint matters, which signalling vouches for: RFC 8827 section 6.5. */
export interface PeerCertificate {
  readonly der: Uint8Array;
  readonly privateKey: KeyObject;
  readonly fingerprint: Fingerprint;
}

/** A new self-signed certificate on P-256, the curve that every browser takes. `wallMs`: Unix time. */
export function createCertificate(wallMs: number): PeerCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  // A positive number: the first bit is 0, and some other bit of the first byte 1.
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const name = sequence(tagged(0x31, sequence(concatBytes([COMMON_NAME, tagged(0x0c, Buffer.from('WebRTC'))]))));
  const algorithm = sequence(ECDSA_WITH_SHA256);
  const validity = sequence(concatBytes([time(wallMs - DAY_MS), time(wallMs + LIFETIME_DAYS * DAY_MS)]));
  const subject = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(concatBytes([tagged(0x02, serial), algorithm, name, validity, name, subject]));
  const signature = sign('sha256', body, privateKey);
  const der = sequence(concatBytes([body, algorithm, tagged(0x03, concatBytes([Uint8Array.of(0), signature]))]));
  return { der, privateKey, fingerprint: { algorithm: 'sha-256', value: fingerprintText(createHash('sha256').update(der).digest()) } };
}

/** A DER element: ITU-T X.690. */
function tagged(tag: number, content: Uint8Array): Uint8Array {
  const length = content.length;
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return concatBytes([Uint8Array.from(head), content]);
}

function sequence(content: Uint8Array): Uint8Array {
  return tagged(0x30, content);
}

/** GeneralizedTime from 2050 on, UTCTime before: RFC 5280 section 4.1.2.5. */
function time(wallMs: number): Uint8Array {
  const digits = new Date(wallMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return digits < '2050' ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

/** 2.5.4.3 and 1.2.840.10045.4.3.2 as object identifiers. */
const COMMON_NAME = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x03);
const ECDSA_WITH_SHA256 = Uint8Array.of(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
const DAY_MS = 86_400_000;
/** It lives as long as the process. */
const LIFETIME_DAYS = 365;
