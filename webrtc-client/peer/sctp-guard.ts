import { readUint16, readUint32 } from '#kit/bytes';

/**
 * Whether an SCTP packet is fit for werift's SCTP, which believes every length in it: a chunk or parameter of length 0 would keep it busy for
 * ever, and a SACK can name millions of numbers. RFC 9260 section 3. `receivedTsn`: up to where all data has come, if any has.
 */
export function isTolerableSctp(bytes: Uint8Array, receivedTsn: number | undefined): boolean {
  if (bytes.length < COMMON_HEADER_BYTES + 4 || bytes.length % 4 !== 0) return false;
  let chunks = 0;
  for (let offset = COMMON_HEADER_BYTES; offset < bytes.length; chunks += 1) {
    if (offset + 4 > bytes.length || chunks >= MAX_CHUNKS) return false;
    const length = readUint16(bytes, offset + 2);
    if (length < 4 || offset + length > bytes.length) return false;
    if (!isTolerableChunk(bytes[offset]!, bytes.subarray(offset, offset + length), receivedTsn)) return false;
    offset += padded(length);
  }
  return true;
}

function isTolerableChunk(type: number, chunk: Uint8Array, receivedTsn: number | undefined): boolean {
  switch (type) {
    case DATA:
      return isTolerableData(chunk, receivedTsn);
    case INIT:
    case INIT_ACK:
      return chunk.length >= 20 && areParameters(chunk.subarray(20));
    case SACK:
      return isTolerableSack(chunk);
    case FORWARD_TSN:
      return (
        chunk.length >= 8 &&
        chunk.length <= 8 + 4 * MAX_STREAMS_SKIPPED &&
        (receivedTsn === undefined || isNear(readUint32(chunk, 4), receivedTsn))
      );
    case HEARTBEAT:
    case HEARTBEAT_ACK:
    case ABORT:
    case ERROR:
    case RECONFIG:
      return areParameters(chunk.subarray(4));
    case SHUTDOWN:
      return chunk.length >= 8;
    case SHUTDOWN_ACK:
    case COOKIE_ECHO:
    case COOKIE_ACK:
    case SHUTDOWN_COMPLETE:
      return true;
    default:
      return false;
  }
}

function isTolerableData(chunk: Uint8Array, receivedTsn: number | undefined): boolean {
  if (chunk.length <= 16 || readUint16(chunk, 8) >= MAX_STREAMS) return false;
  return receivedTsn === undefined || isNear(readUint32(chunk, 4), receivedTsn);
}

/** Gap blocks must rise, and end within what we may have under way. */
function isTolerableSack(chunk: Uint8Array): boolean {
  if (chunk.length < 16) return false;
  const gaps = readUint16(chunk, 12);
  if (chunk.length !== 16 + 4 * gaps + 4 * readUint16(chunk, 14)) return false;
  let end = 0;
  for (let gap = 0; gap < gaps; gap += 1) {
    const start = readUint16(chunk, 16 + 4 * gap);
    if (start <= end) return false;
    end = readUint16(chunk, 18 + 4 * gap);
    if (end < start || end > MAX_AHEAD) return false;
  }
  return true;
}

function areParameters(bytes: Uint8Array): boolean {
  for (let offset = 0; offset < bytes.length;) {
    if (offset + 4 > bytes.length) return false;
    const length = readUint16(bytes, offset + 2);
    if (length < 4 || offset + length > bytes.length) return false;
    offset += padded(length);
  }
  return true;
}

/** How many chunks a tolerable packet holds. */
export function sctpChunks(bytes: Uint8Array): number {
  let chunks = 0;
  for (let offset = COMMON_HEADER_BYTES; offset + 4 <= bytes.length; chunks += 1)
    offset += padded(Math.max(4, readUint16(bytes, offset + 2)));
  return chunks;
}

/** Behind it, or not too far ahead; numbers wrap. */
function isNear(tsn: number, receivedTsn: number): boolean {
  return ((tsn - receivedTsn) | 0) <= MAX_AHEAD;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

const COMMON_HEADER_BYTES = 12;
const MAX_CHUNKS = 64;
/** Browsers number channels from 0 on; one is used. */
const MAX_STREAMS = 1024;
const MAX_STREAMS_SKIPPED = 64;
/** Chunks of about 1.1 kB: more than all windows hold. */
const MAX_AHEAD = 512;

const DATA = 0;
const INIT = 1;
const INIT_ACK = 2;
const SACK = 3;
const HEARTBEAT = 4;
const HEARTBEAT_ACK = 5;
const ABORT = 6;
const SHUTDOWN = 7;
const SHUTDOWN_ACK = 8;
const ERROR = 9;
const COOKIE_ECHO = 10;
const COOKIE_ACK = 11;
const SHUTDOWN_COMPLETE = 14;
const RECONFIG = 130;
const FORWARD_TSN = 192;
