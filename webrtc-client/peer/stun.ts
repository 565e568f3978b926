import { addressBytes } from '#kit/ip/ip-address';
import { concatBytes, equalBytes, readUint16, readUint32, uint16, writeUint16, writeUint32 } from '#kit/bytes';

/** STUN messages of ICE: RFC 8489 (STUN), RFC 8445 section 16 (its attributes for ICE). */
export type HmacSha1 = (key: Uint8Array, message: Uint8Array) => Uint8Array;

export interface StunMessage {
  /** Class and method as on the wire. */
  readonly type: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  readonly username: string | undefined;
  readonly useCandidate: boolean;
  readonly hasControlled: boolean;
  /** Attributes below 0x8000 that we do not know; RFC 8489 section 6.3.1. */
  readonly unknown: readonly number[];
  /** Where MESSAGE-INTEGRITY begins; -1: it has none. */
  readonly integrityAt: number;
}

/** Undefined: not a STUN message with a right FINGERPRINT, or malformed. Attributes after MESSAGE-INTEGRITY are not believed. */
export function parseStun(bytes: Uint8Array): StunMessage | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > MAX_BYTES || bytes[0]! > 3 || readUint32(bytes, 4) !== MAGIC_COOKIE) return undefined;
  if (readUint16(bytes, 2) !== bytes.length - HEADER_BYTES || bytes.length % 4 !== 0) return undefined;
  let username: string | undefined;
  let useCandidate = false;
  let hasControlled = false;
  let integrityAt = -1;
  let fingerprintRight = false;
  const unknown: number[] = [];
  for (let offset = HEADER_BYTES; offset < bytes.length;) {
    if (offset + 4 > bytes.length) return undefined;
    const type = readUint16(bytes, offset);
    const length = readUint16(bytes, offset + 2);
    const valueAt = offset + 4;
    const next = valueAt + length + ((4 - (length % 4)) % 4);
    if (next > bytes.length) return undefined;
    if (type === FINGERPRINT) {
      if (length !== 4 || next !== bytes.length) return undefined;
      fingerprintRight = readUint32(bytes, valueAt) === fingerprintOf(bytes, offset);
    } else if (integrityAt >= 0) {
      // RFC 8489 section 14.5: ignored.
    } else if (type === MESSAGE_INTEGRITY) {
      if (length !== INTEGRITY_BYTES) return undefined;
      integrityAt = offset;
    } else if (type === USERNAME) {
      if (length > MAX_USERNAME_BYTES) return undefined;
      username = String.fromCharCode(...bytes.subarray(valueAt, valueAt + length));
    } else if (type === USE_CANDIDATE) useCandidate = true;
    else if (type === ICE_CONTROLLED) hasControlled = true;
    else if (type < 0x8000 && type !== PRIORITY && unknown.length < MAX_UNKNOWN) unknown.push(type);
    offset = next;
  }
  if (!fingerprintRight) return undefined;
  return {
    type: readUint16(bytes, 0),
    transactionId: bytes.slice(8, HEADER_BYTES),
    username,
    useCandidate,
    hasControlled,
    unknown,
    integrityAt,
  };
}

/** Whether MESSAGE-INTEGRITY was made with `key`; RFC 8489 section 14.5. */
export function hasIntegrity(bytes: Uint8Array, integrityAt: number, key: Uint8Array, hmac: HmacSha1): boolean {
  if (integrityAt < 0) return false;
  const covered = bytes.slice(0, integrityAt);
  // The length field counts up to the end of MESSAGE-INTEGRITY, whatever follows.
  writeUint16(covered, 2, integrityAt - HEADER_BYTES + 4 + INTEGRITY_BYTES);
  const valueAt = integrityAt + 4;
  return equalBytes(hmac(key, covered), bytes.subarray(valueAt, valueAt + INTEGRITY_BYTES));
}

export interface StunAttribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** A whole message with MESSAGE-INTEGRITY by `key` and FINGERPRINT. */
export function buildStun(
  type: number,
  transactionId: Uint8Array,
  attributes: readonly StunAttribute[],
  key: Uint8Array,
  hmac: HmacSha1,
): Uint8Array {
  const parts: Uint8Array[] = [uint16(type), uint16(0), MAGIC, transactionId];
  for (const attribute of attributes)
    parts.push(
      uint16(attribute.type),
      uint16(attribute.value.length),
      attribute.value,
      new Uint8Array((4 - (attribute.value.length % 4)) % 4),
    );
  const body = concatBytes(parts);
  const bytes = new Uint8Array(body.length + 4 + INTEGRITY_BYTES + 8);
  bytes.set(body);
  writeUint16(bytes, 2, body.length - HEADER_BYTES + 4 + INTEGRITY_BYTES);
  writeUint16(bytes, body.length, MESSAGE_INTEGRITY);
  writeUint16(bytes, body.length + 2, INTEGRITY_BYTES);
  bytes.set(hmac(key, bytes.subarray(0, body.length)), body.length + 4);
  const fingerprintAt = body.length + 4 + INTEGRITY_BYTES;
  writeUint16(bytes, 2, bytes.length - HEADER_BYTES);
  writeUint16(bytes, fingerprintAt, FINGERPRINT);
  writeUint16(bytes, fingerprintAt + 2, 4);
  writeUint32(bytes, fingerprintAt + 4, fingerprintOf(bytes, fingerprintAt));
  return bytes;
}

/** XOR-MAPPED-ADDRESS; RFC 8489 section 14.2. Undefined: not an address. */
export function xorMappedAddress(address: string, port: number, transactionId: Uint8Array): StunAttribute | undefined {
  const raw = addressBytes(address);
  if (raw === undefined) return undefined;
  const value = new Uint8Array(4 + raw.length);
  value[1] = raw.length === 4 ? 1 : 2;
  writeUint16(value, 2, port ^ (MAGIC_COOKIE >>> 16));
  const mask = concatBytes([MAGIC, transactionId]);
  for (let index = 0; index < raw.length; index += 1) value[4 + index] = raw[index]! ^ mask[index]!;
  return { type: XOR_MAPPED_ADDRESS, value };
}

/** ERROR-CODE; RFC 8489 section 14.8. */
export function errorCode(code: number): StunAttribute {
  return { type: ERROR_CODE, value: Uint8Array.of(0, 0, Math.floor(code / 100), code % 100) };
}

export function unknownAttributes(types: readonly number[]): StunAttribute {
  return { type: UNKNOWN_ATTRIBUTES, value: concatBytes(types.map(uint16)) };
}

/** RFC 8489 section 14.7: CRC-32 of ITU V.42 over what stands before, XOR 0x5354554e. */
function fingerprintOf(bytes: Uint8Array, end: number): number {
  let crc = 0xffffffff;
  for (let index = 0; index < end; index += 1) crc = CRC_TABLE[(crc ^ bytes[index]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff ^ 0x5354554e) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

export const BINDING_REQUEST = 0x0001;
export const BINDING_SUCCESS = 0x0101;
export const BINDING_ERROR = 0x0111;

const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;
const MAGIC = Uint8Array.of(0x21, 0x12, 0xa4, 0x42);
const INTEGRITY_BYTES = 20;
const MAX_USERNAME_BYTES = 513;
/** RFC 8489 section 6.1: below 1,500; nothing that ICE sends comes near. */
const MAX_BYTES = 1500;
const MAX_UNKNOWN = 8;

export const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const UNKNOWN_ATTRIBUTES = 0x000a;
const XOR_MAPPED_ADDRESS = 0x0020;
export const PRIORITY = 0x0024;
export const USE_CANDIDATE = 0x0025;
const FINGERPRINT = 0x8028;
export const ICE_CONTROLLED = 0x8029;
