/** Length of an RTP header without CSRC and extension; RFC 3550 section 5.1. */
export const RTP_HEADER_BYTES = 12;

/**
 * A view of one RTP packet that is reused from packet to packet: `read` fills it and allocates nothing. The payload
 * stays in `bytes` and is valid as long as that is.
 */
export class RtpPacket {
  marker = false;
  payloadType = 0;
  sequence = 0;
  timestamp = 0;
  ssrc = 0;
  payloadStart = 0;
  payloadEnd = 0;

  /** Whether `bytes` holds a well-formed packet; RFC 3550 section 5.1 and appendix A.1. */
  read(bytes: Uint8Array, length: number = bytes.length): boolean {
    if (length < RTP_HEADER_BYTES) return false;
    const first = bytes[0]!;
    if (first >> 6 !== 2) return false;
    let start = RTP_HEADER_BYTES + (first & 0x0f) * 4;
    let end = length;
    if (start > end) return false;
    if ((first & 0x10) !== 0) {
      if (start + 4 > end) return false;
      start += 4 + ((bytes[start + 2]! << 8) | bytes[start + 3]!) * 4;
      if (start > end) return false;
    }
    if ((first & 0x20) !== 0) {
      const padding = bytes[end - 1]!;
      if (padding === 0 || start + padding > end) return false;
      end -= padding;
    }
    const second = bytes[1]!;
    this.marker = (second & 0x80) !== 0;
    this.payloadType = second & 0x7f;
    this.sequence = (bytes[2]! << 8) | bytes[3]!;
    this.timestamp = readUint32(bytes, 4);
    this.ssrc = readUint32(bytes, 8);
    this.payloadStart = start;
    this.payloadEnd = end;
    return true;
  }

  copy(other: RtpPacket): void {
    this.marker = other.marker;
    this.payloadType = other.payloadType;
    this.sequence = other.sequence;
    this.timestamp = other.timestamp;
    this.ssrc = other.ssrc;
    this.payloadStart = other.payloadStart;
    this.payloadEnd = other.payloadEnd;
  }
}

/** Writes the 12 bytes of a header without CSRC, extension or padding. */
export function writeRtpHeader(
  into: Uint8Array,
  marker: boolean,
  payloadType: number,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  into[0] = 0x80;
  into[1] = (marker ? 0x80 : 0) | payloadType;
  into[2] = sequence >> 8;
  into[3] = sequence;
  writeUint32(into, 4, timestamp);
  writeUint32(into, 8, ssrc);
}

/** Tells RTCP from RTP on a shared port by the second byte; RFC 5761 section 4. */
export function looksLikeRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0]! >> 6 === 2 && bytes[1]! >= 192 && bytes[1]! <= 223;
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function writeUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}
