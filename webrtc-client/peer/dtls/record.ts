import { readUint16, readUint48, writeUint16, writeUint48 } from '#kit/bytes';

/** A DTLS 1.2 record: RFC 6347 section 4.1. */
export interface DtlsRecord {
  readonly type: number;
  readonly epoch: number;
  /** 48 bits. */
  readonly sequence: number;
  /** A view of the datagram. */
  readonly fragment: Uint8Array;
}

/** The records of a datagram; what is malformed is left out, RFC 6347 section 4.1.2.7. */
export function readRecords(bytes: Uint8Array): readonly DtlsRecord[] {
  const records: DtlsRecord[] = [];
  for (let offset = 0; offset + RECORD_HEADER_BYTES <= bytes.length && records.length < MAX_RECORDS;) {
    const length = readUint16(bytes, offset + 11);
    const end = offset + RECORD_HEADER_BYTES + length;
    if (end > bytes.length) break;
    // Any minor version: a first ClientHello says 1.0.
    if (bytes[offset + 1] === 0xfe) {
      records.push({
        type: bytes[offset]!,
        epoch: readUint16(bytes, offset + 3),
        sequence: readUint48(bytes, offset + 5),
        fragment: bytes.subarray(offset + RECORD_HEADER_BYTES, end),
      });
    }
    offset = end;
  }
  return records;
}

export function writeRecord(type: number, epoch: number, sequence: number, fragment: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + fragment.length);
  bytes[0] = type;
  writeUint16(bytes, 1, DTLS_1_2);
  writeUint16(bytes, 3, epoch);
  writeUint48(bytes, 5, sequence);
  writeUint16(bytes, 11, fragment.length);
  bytes.set(fragment, RECORD_HEADER_BYTES);
  return bytes;
}

/** Nonce (fixed part, then epoch and sequence number) and additional data of an AES-GCM record: RFC 5288 section 3, RFC 6347 section 4.1.2.1. */
export function recordNonce(fixed: Uint8Array, explicit: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(fixed);
  nonce.set(explicit, 4);
  return nonce;
}

export function recordAdditionalData(type: number, epoch: number, sequence: number, plainBytes: number): Uint8Array {
  const bytes = new Uint8Array(13);
  writeUint16(bytes, 0, epoch);
  writeUint48(bytes, 2, sequence);
  bytes[8] = type;
  writeUint16(bytes, 9, DTLS_1_2);
  writeUint16(bytes, 11, plainBytes);
  return bytes;
}

export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
export const APPLICATION_DATA = 23;

export const DTLS_1_2 = 0xfefd;
const RECORD_HEADER_BYTES = 13;
/** A datagram of handshake records has fewer than ten. */
const MAX_RECORDS = 32;
