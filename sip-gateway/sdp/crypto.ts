import { SRTP_PROFILES, type MasterKey, type NamedKey, type SrtpProfile } from '#media';
import type { CryptoKey, CryptoLine } from '#sdp';
import type { SipOptions } from '../options.ts';
import type { RemoteMediaLine } from './remote-sdp.ts';

export type SrtpPolicy = SipOptions['srtp'];

/** What both sides agreed to encrypt with, by keys in the description (SDES, RFC 4568). */
export interface AgreedCrypto {
  /** Of the line that was chosen; the answer repeats it. */
  readonly tag: number;
  readonly suite: CryptoSuite;
  /** What the far side encrypts with. */
  readonly remote: NamedKey;
  /** The name that our own key goes by, where the far side gives names to keys. */
  readonly ownMki?: Uint8Array;
}

export type CryptoSuite = keyof typeof SUITES;

/** The suites that we speak, the preferred first: the one that everybody has, then GCM, which costs the same here. The short tag is the weakest. */
const SUITES = {
  AES_CM_128_HMAC_SHA1_80: 'aes128-cm-sha1-80',
  AEAD_AES_128_GCM: 'aead-aes128-gcm',
  AES_CM_128_HMAC_SHA1_32: 'aes128-cm-sha1-32',
} as const satisfies Readonly<Record<string, SrtpProfile>>;

export const CRYPTO_SUITES = Object.keys(SUITES) as readonly CryptoSuite[];

export function profileOf(suite: CryptoSuite): SrtpProfile {
  return SUITES[suite];
}

/** What can be done with a media line. */
export type Protection =
  /** `crypto` undefined: not encrypted. */
  | { readonly kind: 'usable'; readonly crypto: AgreedCrypto | undefined }
  /** It is audio, but not as it is encrypted, or not. */
  | { readonly kind: 'unusable'; readonly why: EncryptionFault }
  | { readonly kind: 'other' };

export type EncryptionFault = 'needed' | 'off' | 'no-usable-key' | 'dtls';

/**
 * RTP/SAVP must be encrypted. RTP/AVP with `a=crypto` beside it asks for encryption where that is possible (RFC 8643): we take it at its word.
 * The profiles with an F differ by their feedback rules only (RFC 4585, RFC 5124).
 */
export function protectionOf(line: RemoteMediaLine, policy: SrtpPolicy): Protection {
  if (line.kind !== 'audio') return { kind: 'other' };
  if (/^(UDP|TCP|DCCP)\/TLS\/RTP\/SAVPF?$/i.test(line.protocol)) return { kind: 'unusable', why: 'dtls' };
  const [, secure] = /^RTP\/(S?)AVPF?$/i.exec(line.protocol) ?? [];
  if (secure === undefined) return { kind: 'other' };
  const crypto = policy === 'off' ? undefined : chooseCrypto(line.crypto);
  if (crypto !== undefined) return { kind: 'usable', crypto };
  if (secure !== '') return { kind: 'unusable', why: policy === 'off' ? 'off' : 'no-usable-key' };
  return policy === 'required'
    ? { kind: 'unusable', why: line.crypto.length > 0 ? 'no-usable-key' : 'needed' }
    : { kind: 'usable', crypto };
}

/** Of an offer's lines the best by our order; among equal ones the offerer's. Our key takes the name of the far side's: it may tell contexts apart by it. */
function chooseCrypto(lines: readonly CryptoLine[]): AgreedCrypto | undefined {
  for (const suite of CRYPTO_SUITES) {
    for (const line of lines) {
      const remote = line.suite === suite ? usableKey(line) : undefined;
      if (remote !== undefined) return { tag: line.tag, suite, remote, ...(remote.mki !== undefined && { ownMki: remote.mki }) };
    }
  }
  return undefined;
}

/** What an answer took of our own `offered` lines (tags from 1 in their order); undefined: nothing that we can use. Section 5.1.3. */
export function cryptoOfAnswer(lines: readonly CryptoLine[], offered: readonly CryptoSuite[]): AgreedCrypto | undefined {
  const [line] = lines;
  const suite = line === undefined || lines.length > 1 ? undefined : offered[line.tag - 1];
  if (line === undefined || suite === undefined || line.suite !== suite) return undefined;
  const remote = usableKey(line);
  return remote === undefined ? undefined : { tag: line.tag, suite, remote };
}

/** Undefined: the line asks for what we cannot honour. One that allows several keys may change between them without a word. */
function usableKey({ suite, keys, sessionParameters }: CryptoLine): NamedKey | undefined {
  const [key] = keys;
  if (key === undefined || keys.length > 1 || !sessionParameters.every(isHarmless)) return undefined;
  const { keyBytes, saltBytes } = SRTP_PROFILES[profileOf(suite as CryptoSuite)];
  const { keyAndSalt, mki } = key;
  if (keyAndSalt.length !== keyBytes + saltBytes) return undefined;
  return { key: keyAndSalt.slice(0, keyBytes), salt: keyAndSalt.slice(keyBytes), ...(mki !== undefined && { mki }) };
}

/** A hint of the replay window, and what may be passed over (a minus before it); section 6.3 and 6.3.7. */
function isHarmless(parameter: string): boolean {
  return /^(WSH=\d{1,4}|-.*)$/i.test(parameter);
}

/**
 * Our own keys of one call, one for each suite. A suite that was left and is named again gets a new one: how far the old one had counted is not known any
 * more to the far side, and a key that begins anew would encrypt two packets alike.
 */
export class OwnKeys {
  readonly #random: (bytes: number) => Uint8Array;
  readonly #keys = new Map<CryptoSuite, MasterKey>();
  /** Suites whose key has encrypted something, perhaps. */
  readonly #used = new Set<CryptoSuite>();
  #inUse: CryptoSuite | undefined;

  constructor(random: (bytes: number) => Uint8Array) {
    this.#random = random;
  }

  of(suite: CryptoSuite): MasterKey {
    const { keyBytes, saltBytes } = SRTP_PROFILES[profileOf(suite)];
    const known = this.#keys.get(suite) ?? { key: this.#random(keyBytes), salt: this.#random(saltBytes) };
    this.#keys.set(suite, known);
    return known;
  }

  /** What is encrypted with from now on; undefined: nothing is. */
  taken(suite: CryptoSuite | undefined): void {
    this.#inUse = suite;
    if (suite !== undefined) this.#used.add(suite);
  }

  /** As a description of ours names it. */
  inline(suite: CryptoSuite, mki: Uint8Array | undefined): CryptoKey {
    if (suite !== this.#inUse && this.#used.delete(suite)) this.#keys.delete(suite);
    const { key, salt } = this.of(suite);
    const keyAndSalt = new Uint8Array(key.length + salt.length);
    keyAndSalt.set(key);
    keyAndSalt.set(salt, key.length);
    return { keyAndSalt, ...(mki !== undefined && { mki }) };
  }
}
