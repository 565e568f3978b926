import type { SdpFaults } from './faults.ts';
import { all, type Section } from './text.ts';

/** One `a=crypto` line (RFC 4568 section 9.1) as it stands; what of it can be honoured is the reader's affair. It holds a key: never to be shown or logged. */
export interface CryptoLine {
  readonly tag: number;
  /** In capitals: `AES_CM_128_HMAC_SHA1_80`. */
  readonly suite: string;
  /** Several where the sender may change between them by their identifiers. */
  readonly keys: readonly CryptoKey[];
  /** As written: `UNENCRYPTED_SRTCP`, `WSH=64`. */
  readonly sessionParameters: readonly string[];
}

export interface CryptoKey {
  /** Master key, then master salt. */
  readonly keyAndSalt: Uint8Array;
  /** The master key identifier, as it stands in packets. */
  readonly mki?: Uint8Array;
}

/** Those that can be read, the offerer's preferred first. No fault repeats what the line says. */
export function readCryptoLines(section: Section, faults: SdpFaults): readonly CryptoLine[] {
  return all(section, 'crypto', MAX_LINES, faults).flatMap(({ value, line }) => {
    const read = readCryptoLine(value);
    if (read === undefined) faults.detail(line, WHAT_IS_RIGHT);
    return read ?? [];
  });
}

function readCryptoLine(value: string): CryptoLine | undefined {
  const [, tag, suite = '', keyText = '', rest = ''] = /^(\d{1,9})\s+([A-Za-z0-9_]{1,64})\s+(\S{1,2048})(?:\s+(\S.*))?$/.exec(value) ?? [];
  if (tag === undefined) return undefined;
  const keys: CryptoKey[] = [];
  for (const text of keyText.split(';')) {
    if (text === '') continue;
    const key = readKey(text);
    if (key === undefined || keys.length === MAX_KEYS) return undefined;
    keys.push(key);
  }
  if (keys.length === 0) return undefined;
  return { tag: Number(tag), suite: suite.toUpperCase(), keys, sessionParameters: rest === '' ? [] : rest.split(/\s+/, MAX_PARAMETERS) };
}

/** `inline:` key and salt, then perhaps the lifetime, then perhaps the identifier with its length; sections 6.1 and 9.2. */
function readKey(text: string): CryptoKey | undefined {
  const match = /^inline:([A-Za-z0-9+/]{1,128}={0,2})(?:\|(?:2\^\d{1,2}|\d{1,15}))?(?:\|(\d{1,310}):(\d{1,3}))?$/i.exec(text);
  if (match === null) return undefined;
  const keyAndSalt = bytesOfBase64(match[1] ?? '');
  if (keyAndSalt === undefined) return undefined;
  if (match[2] === undefined) return { keyAndSalt };
  const mki = bytesOfMki(match[2], Number(match[3]));
  return mki === undefined ? undefined : { keyAndSalt, mki };
}

/** Undefined: six bits are left over, which no byte has. */
function bytesOfBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/=+$/, '');
  return digits.length % 4 === 1 ? undefined : Uint8Array.from(atob(digits), (character) => character.charCodeAt(0));
}

function bytesOfMki(digits: string, length: number): Uint8Array | undefined {
  if (length < 1 || length > MAX_MKI_BYTES) return undefined;
  const hex = BigInt(digits)
    .toString(16)
    .padStart(2 * length, '0');
  if (hex.length > 2 * length) return undefined;
  return Uint8Array.from({ length }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

/** What one line says, without `a=`. */
export function writeCryptoLine(line: { readonly tag: number; readonly suite: string; readonly key: CryptoKey }): string {
  const { keyAndSalt, mki } = line.key;
  const name = mki === undefined ? '' : `|${numberOf(mki)}:${mki.length}`;
  return `crypto:${line.tag} ${line.suite} inline:${btoa(String.fromCharCode(...keyAndSalt))}${name}`;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

const WHAT_IS_RIGHT = 'a=crypto must be a tag, a suite and keys, such as a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline: and the key in base64';
/** Phones that offer all they know have about ten. */
const MAX_LINES = 32;
const MAX_KEYS = 8;
const MAX_PARAMETERS = 16;
/** RFC 4568 section 9.2. */
const MAX_MKI_BYTES = 128;
