import { createCipheriv, createDecipheriv, createSecretKey, type Cipheriv, type KeyObject } from 'node:crypto';
import { readUint32, writeUint16, writeUint32, writeUint48 } from '#kit/bytes';
import { HmacSha1Key } from '../srtp/hmac-sha1.ts';
import { SRTP_PROFILES, type KeyStream, type SessionKeys, type SrtpProfile } from '../srtp/srtp-keys.ts';

/**
 * Seals and opens packets of one direction and one of RTP and RTCP. `word` is what RFC 3711 authenticates beside the packet: the rollover counter
 * of RTP, which is not sent, or the index word of RTCP, which is (`sendsWord`). What it returns is new memory, as the system may send it later.
 */
export interface SrtpCipher {
  seal(packet: Uint8Array, headerBytes: number, ssrc: number, index: number, word: number): Uint8Array;
  /** Undefined: not authentic. `word` of RTCP stands in the packet already. */
  open(packet: Uint8Array, headerBytes: number, ssrc: number, index: number, word: number): Uint8Array | undefined;
}

export function createSrtpCipher(profile: SrtpProfile, keys: SessionKeys, sendsWord: boolean): SrtpCipher {
  if (profile === 'aead-aes128-gcm') return new GcmCipher(keys, sendsWord);
  const { tagBytes, rtcpTagBytes } = SRTP_PROFILES[profile];
  return new CounterModeCipher(keys, sendsWord, sendsWord ? rtcpTagBytes : tagBytes);
}

/** AES-128 in counter mode by OpenSSL, for the derivation of keys. */
export const keyStream: KeyStream = (key, iv, length) => createCipheriv('aes-128-ctr', key, iv).update(new Uint8Array(length));

/** AES_CM_128_HMAC_SHA1_80 and _32: RFC 3711 sections 4.1.1 and 4.2. One cipher context serves all packets. */
class CounterModeCipher implements SrtpCipher {
  readonly #ecb: Cipheriv;
  readonly #salt: Uint8Array;
  readonly #hmac: HmacSha1Key;
  readonly #wordBytes: number;
  readonly #tagBytes: number;
  #blocks = Buffer.alloc(16 * 128);

  constructor(keys: SessionKeys, sendsWord: boolean, tagBytes: number) {
    this.#tagBytes = tagBytes;
    this.#ecb = createCipheriv('aes-128-ecb', createSecretKey(keys.cipherKey), null).setAutoPadding(false);
    this.#salt = keys.salt;
    this.#hmac = new HmacSha1Key(keys.authKey);
    this.#wordBytes = sendsWord ? 4 : 0;
  }

  seal(packet: Uint8Array, headerBytes: number, ssrc: number, index: number, word: number): Uint8Array {
    const sealed = Buffer.allocUnsafe(packet.length + this.#wordBytes + this.#tagBytes);
    sealed.set(packet);
    this.#xor(sealed, headerBytes, packet.length, ssrc, index);
    if (this.#wordBytes > 0) writeUint32(sealed, packet.length, word);
    const tag = this.#hmac.compute(sealed, packet.length, word);
    for (let at = 0; at < this.#tagBytes; at += 1) sealed[packet.length + this.#wordBytes + at] = tag[at]!;
    return sealed;
  }

  open(packet: Uint8Array, headerBytes: number, ssrc: number, index: number, word: number): Uint8Array | undefined {
    const end = packet.length - this.#tagBytes - this.#wordBytes;
    if (end < headerBytes) return undefined;
    const tag = this.#hmac.compute(packet, end, word);
    let difference = 0;
    for (let at = 0; at < this.#tagBytes; at += 1) difference |= tag[at]! ^ packet[end + this.#wordBytes + at]!;
    if (difference !== 0) return undefined;
    const plain = Buffer.allocUnsafe(end);
    plain.set(packet.subarray(0, end));
    this.#xor(plain, headerBytes, end, ssrc, index);
    return plain;
  }

  /** The counter block is (salt · 2^16) XOR (ssrc · 2^64) XOR (index · 2^16), counting up: RFC 3711 section 4.1.1. */
  #xor(bytes: Uint8Array, from: number, to: number, ssrc: number, index: number): void {
    const count = (to - from + 15) >> 4;
    if (count === 0) return;
    if (this.#blocks.length < 16 * count) this.#blocks = Buffer.alloc(16 * count);
    const blocks = this.#blocks;
    writeUint32(blocks, 4, ssrc);
    writeUint48(blocks, 8, index);
    for (let at = 0; at < 4; at += 1) blocks[at] = this.#salt[at]!;
    for (let at = 4; at < 14; at += 1) blocks[at]! ^= this.#salt[at]!;
    for (let block = 1; block < count; block += 1) blocks.copyWithin(16 * block, 0, 14);
    for (let block = 0; block < count; block += 1) writeUint16(blocks, 16 * block + 14, block);
    const stream = this.#ecb.update(blocks.subarray(0, 16 * count));
    for (let at = from; at < to; at += 1) bytes[at]! ^= stream[at - from]!;
  }
}

/** AEAD_AES_128_GCM: RFC 7714. The RTCP index word stands behind the tag and is additional data. */
class GcmCipher implements SrtpCipher {
  readonly #key: KeyObject;
  readonly #salt: Uint8Array;
  readonly #wordBytes: number;
  readonly #iv = Buffer.alloc(12);

  constructor(keys: SessionKeys, sendsWord: boolean) {
    // A key object: a plain buffer costs 20 us a packet.
    this.#key = createSecretKey(keys.cipherKey);
    this.#salt = keys.salt;
    this.#wordBytes = sendsWord ? 4 : 0;
  }

  seal(packet: Uint8Array, headerBytes: number, ssrc: number, index: number, word: number): Uint8Array {
    const sealed = Buffer.allocUnsafe(packet.length + GCM_TAG_BYTES + this.#wordBytes);
    sealed.set(packet.subarray(0, headerBytes));
    if (this.#wordBytes > 0) writeUint32(sealed, packet.length + GCM_TAG_BYTES, word);
    const cipher = createCipheriv('aes-128-gcm', this.#key, this.#nonce(ssrc, index));
    cipher.setAAD(this.#additional(sealed, headerBytes));
    sealed.set(cipher.update(packet.subarray(headerBytes)), headerBytes);
    cipher.final();
    sealed.set(cipher.getAuthTag(), packet.length);
    return sealed;
  }

  open(packet: Uint8Array, headerBytes: number, ssrc: number, index: number): Uint8Array | undefined {
    const end = packet.length - GCM_TAG_BYTES - this.#wordBytes;
    if (end < headerBytes) return undefined;
    const decipher = createDecipheriv('aes-128-gcm', this.#key, this.#nonce(ssrc, index), GCM_OPTIONS);
    decipher.setAAD(this.#additional(packet, headerBytes));
    decipher.setAuthTag(packet.subarray(end, end + GCM_TAG_BYTES));
    const plain = Buffer.allocUnsafe(end);
    plain.set(packet.subarray(0, headerBytes));
    plain.set(decipher.update(packet.subarray(headerBytes, end)), headerBytes);
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain;
  }

  /** The header, and for RTCP the index word from the end: RFC 7714 sections 8.2 and 9.2. */
  #additional(packet: Uint8Array, headerBytes: number): Uint8Array {
    const header = packet.subarray(0, headerBytes);
    return this.#wordBytes === 0 ? header : Buffer.concat([header, packet.subarray(packet.length - 4)]);
  }

  /** RFC 7714 sections 8.1 and 9.1. */
  #nonce(ssrc: number, index: number): Uint8Array {
    const iv = this.#iv;
    writeUint16(iv, 0, 0);
    writeUint32(iv, 2, ssrc);
    writeUint48(iv, 6, index);
    for (let at = 0; at < 12; at += 1) iv[at]! ^= this.#salt[at]!;
    return iv;
  }
}

/** The word of an RTCP packet: E bit and index; RFC 3711 section 3.4. Undefined: too short. */
export function rtcpWord(profile: SrtpProfile, packet: Uint8Array): number | undefined {
  const at = packet.length - 4 - (profile === 'aead-aes128-gcm' ? 0 : SRTP_PROFILES[profile].rtcpTagBytes);
  return at < 8 ? undefined : readUint32(packet, at);
}

const GCM_TAG_BYTES = 16;
const GCM_OPTIONS = { authTagLength: GCM_TAG_BYTES };
