import { readUint16 } from '#kit/bytes';

/** Length of an RTP header with its contributing sources and extension; -1: not RTP, or cut short. RFC 3550 section 5.1. */
export function rtpHeaderBytes(bytes: Uint8Array, length: number): number {
  if (length < 12 || (bytes[0]! & 0xc0) !== 0x80) return -1;
  let header = 12 + 4 * (bytes[0]! & 0x0f);
  if ((bytes[0]! & 0x10) !== 0) {
    if (length < header + 4) return -1;
    header += 4 + 4 * readUint16(bytes, header + 2);
  }
  return header <= length ? header : -1;
}

/** Whether a packet of the SRTP range is RTCP: packet types 192 to 223 (RFC 5761 section 4). */
export function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[1]! >= 192 && bytes[1]! <= 223;
}
