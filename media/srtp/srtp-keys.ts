import { equalBytes } from '#kit/bytes';

/** Protection profiles of DTLS-SRTP and SDES (RFC 5764 section 4.1.2, RFC 4568 section 6.2, RFC 7714 section 14.2). */
export type SrtpProfile = 'aes128-cm-sha1-80' | 'aes128-cm-sha1-32' | 'aead-aes128-gcm';

export interface ProfileFacts {
  /** In the use_srtp extension. */
  readonly code: number;
  readonly keyBytes: number;
  readonly saltBytes: number;
  /** Of the separate authentication key; 0: the cipher authenticates. */
  readonly authKeyBytes: number;
  readonly tagBytes: number;
  /** The short tag is for RTP only: RFC 4568 section 6.2.2. */
  readonly rtcpTagBytes: number;
}

export const SRTP_PROFILES: Readonly<Record<SrtpProfile, ProfileFacts>> = {
  'aes128-cm-sha1-80': { code: 0x0001, keyBytes: 16, saltBytes: 14, authKeyBytes: 20, tagBytes: 10, rtcpTagBytes: 10 },
  'aes128-cm-sha1-32': { code: 0x0002, keyBytes: 16, saltBytes: 14, authKeyBytes: 20, tagBytes: 4, rtcpTagBytes: 10 },
  'aead-aes128-gcm': { code: 0x0007, keyBytes: 16, saltBytes: 12, authKeyBytes: 0, tagBytes: 16, rtcpTagBytes: 16 },
};

export interface MasterKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

export interface SessionKeys {
  readonly cipherKey: Uint8Array;
  readonly authKey: Uint8Array;
  readonly salt: Uint8Array;
}

/** AES-128 in counter mode over zeros: `length` bytes of key stream from the 16-byte counter block `iv`. */
export type KeyStream = (key: Uint8Array, iv: Uint8Array, length: number) => Uint8Array;

/** RFC 3711 section 4.3 with a key derivation rate of 0. A salt of 96 bits is padded on the right (RFC 7714 section 11). */
export function deriveSessionKeys(profile: SrtpProfile, master: MasterKey, kind: 'rtp' | 'rtcp', keyStream: KeyStream): SessionKeys {
  const facts = SRTP_PROFILES[profile];
  const first = kind === 'rtp' ? 0 : 3;
  const derive = (label: number, length: number): Uint8Array => {
    const iv = new Uint8Array(16);
    iv.set(master.salt);
    iv[7]! ^= label;
    return keyStream(master.key, iv, length);
  };
  return {
    cipherKey: derive(first, facts.keyBytes),
    authKey: derive(first + 1, facts.authKeyBytes),
    salt: derive(first + 2, facts.saltBytes),
  };
}

/** A master key as signalling names it: some senders put its name, the master key identifier, into every packet (RFC 3711 section 3.1). */
export interface NamedKey extends MasterKey {
  readonly mki?: Uint8Array;
}

/** What both sides of a leg encrypt with, by keys that signalling carried (RFC 4568). Plain data: it crosses a thread boundary. */
export interface SrtpKeying {
  readonly profile: SrtpProfile;
  readonly send: NamedKey;
  readonly receive: NamedKey;
}

export function isSameKey(a: NamedKey, b: NamedKey): boolean {
  return equalBytes(a.key, b.key) && equalBytes(a.salt, b.salt) && equalBytes(a.mki ?? NO_MKI, b.mki ?? NO_MKI);
}

const NO_MKI = new Uint8Array(0);
