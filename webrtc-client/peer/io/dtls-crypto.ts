import {
  constants,
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  verify,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { concatBytes, uint16 } from '#kit/bytes';
import type { CertificateVerify } from '../dtls/hello.ts';
import { recordAdditionalData, recordNonce, type DtlsRecord } from '../dtls/record.ts';

/** What TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 needs (RFC 5289, RFC 8422), the suite that WebRTC prescribes (RFC 8827 section 6.5). */

/** RFC 5246 section 5. */
export function prf(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const labelled = concatBytes([Buffer.from(label, 'latin1'), seed]);
  const parts: Uint8Array[] = [];
  let a: Uint8Array = labelled;
  for (let have = 0; have < length; have += 32) {
    a = createHmac('sha256', secret).update(a).digest();
    parts.push(createHmac('sha256', secret).update(a).update(labelled).digest());
  }
  return concatBytes(parts).subarray(0, length);
}

export function sha256(parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** One side's half of a key agreement. */
export interface KeyShare {
  readonly group: number;
  readonly publicKey: Uint8Array;
  /** Throws where the peer's half is not a point of the group. */
  agree(peer: Uint8Array): Uint8Array;
}

export const X25519 = 29;
export const P256 = 23;

export function createKeyShare(group: typeof X25519 | typeof P256): KeyShare {
  if (group === P256) {
    const ecdh = createECDH('prime256v1');
    const publicKey = ecdh.generateKeys();
    return { group, publicKey, agree: (peer) => ecdh.computeSecret(peer) };
  }
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const agree = (peer: Uint8Array): Uint8Array =>
    diffieHellman({ privateKey, publicKey: createPublicKey({ key: Buffer.concat([X25519_PREFIX, peer]), format: 'der', type: 'spki' }) });
  return { group, publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(X25519_PREFIX.length), agree };
}

/** What the server signs in ServerKeyExchange beside both randoms: RFC 8422 section 5.4. */
export function keyShareParameters(share: KeyShare): Uint8Array {
  return concatBytes([Uint8Array.of(3), uint16(share.group), Uint8Array.of(share.publicKey.length), share.publicKey]);
}

/** Signature schemes that a peer may prove its certificate with, best first: RFC 8446 section 4.2.3. */
export const SIGNATURE_SCHEMES: readonly number[] = [0x0403, 0x0503, 0x0804, 0x0401];

/** Whether whoever holds the certificate's private key signed `message`. False also where the certificate cannot be read. */
export function verifiesSignature(certificate: Uint8Array, proof: CertificateVerify, message: Uint8Array): boolean {
  try {
    const key = new X509Certificate(certificate).publicKey;
    const isEc = key.asymmetricKeyType === 'ec';
    switch (proof.scheme) {
      case 0x0403:
        return isEc && verify('sha256', message, key, proof.signature);
      case 0x0503:
        return isEc && verify('sha384', message, key, proof.signature);
      case 0x0804:
        return (
          key.asymmetricKeyType === 'rsa' &&
          verify('sha256', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, proof.signature)
        );
      case 0x0401:
        return key.asymmetricKeyType === 'rsa' && verify('sha256', message, key, proof.signature);
      default:
        return false;
    }
  } catch {
    return false;
  }
}

/** Keys of the records in both directions; RFC 5246 section 6.3. */
export interface RecordKeys {
  readonly client: RecordKey;
  readonly server: RecordKey;
}

export function recordKeys(masterSecret: Uint8Array, clientRandom: Uint8Array, serverRandom: Uint8Array): RecordKeys {
  const block = prf(masterSecret, 'key expansion', concatBytes([serverRandom, clientRandom]), 40);
  return {
    client: new RecordKey(block.slice(0, 16), block.slice(32, 36)),
    server: new RecordKey(block.slice(16, 32), block.slice(36, 40)),
  };
}

/** AES-128-GCM of one direction: RFC 5288. */
class RecordKey {
  readonly #key: KeyObject;
  readonly #fixed: Uint8Array;

  constructor(key: Uint8Array, fixed: Uint8Array) {
    this.#key = createSecretKey(key);
    this.#fixed = fixed;
  }

  seal(type: number, epoch: number, sequence: number, plain: Uint8Array): Uint8Array {
    const additional = recordAdditionalData(type, epoch, sequence, plain.length);
    const explicit = additional.subarray(0, EXPLICIT_BYTES);
    const cipher = createCipheriv('aes-128-gcm', this.#key, recordNonce(this.#fixed, explicit));
    cipher.setAAD(additional);
    const sealed = cipher.update(plain);
    cipher.final();
    return concatBytes([explicit, sealed, cipher.getAuthTag()]);
  }

  /** Undefined: not authentic. */
  open(record: DtlsRecord): Uint8Array | undefined {
    const { type, epoch, sequence, fragment } = record;
    const plainBytes = fragment.length - EXPLICIT_BYTES - TAG_BYTES;
    if (plainBytes < 0) return undefined;
    const decipher = createDecipheriv('aes-128-gcm', this.#key, recordNonce(this.#fixed, fragment.subarray(0, EXPLICIT_BYTES)), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(recordAdditionalData(type, epoch, sequence, plainBytes));
    decipher.setAuthTag(fragment.subarray(fragment.length - TAG_BYTES));
    const plain = decipher.update(fragment.subarray(EXPLICIT_BYTES, EXPLICIT_BYTES + plainBytes));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain;
  }
}

/** SubjectPublicKeyInfo of X25519 up to the 32 bytes of the key: RFC 8410. */
const X25519_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const EXPLICIT_BYTES = 8;
const TAG_BYTES = 16;
