/** RTP for the calling side, written apart from `media/` on purpose: a fault in the one is not hidden by the same fault in the other. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** A view into the packet. */
  readonly payload: Uint8Array;
}

/** Undefined where the bytes are not RTP; RFC 3550 section 5.1. */
export function parseRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < 12 || at(bytes, 0) >> 6 !== 2 || isRtcp(bytes)) return undefined;
  const view = viewOf(bytes);
  const flags = at(bytes, 0);
  let from = 12 + 4 * (flags & 0x0f);
  if (flags & 0x10) {
    if (bytes.length < from + 4) return undefined;
    from += 4 + 4 * view.getUint16(from + 2);
  }
  const to = bytes.length - (flags & 0x20 ? at(bytes, bytes.length - 1) : 0);
  if (to < from) return undefined;
  return {
    payloadType: at(bytes, 1) & 0x7f,
    marker: at(bytes, 1) >> 7 === 1,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: bytes.subarray(from, to),
  };
}

export function writeRtp(packet: RtpPacket): Buffer {
  const bytes = Buffer.alloc(12 + packet.payload.length);
  bytes[0] = 0x80;
  bytes[1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
  bytes.writeUInt16BE(packet.sequence, 2);
  bytes.writeUInt32BE(packet.timestamp >>> 0, 4);
  bytes.writeUInt32BE(packet.ssrc >>> 0, 8);
  bytes.set(packet.payload, 12);
  return bytes;
}

/** RFC 5761 section 4: the packet types of RTCP lie where no payload type of RTP may. */
export function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && at(bytes, 1) >= 192 && at(bytes, 1) <= 223;
}

/** How far `a` lies after `b`, -32768 to 32767, over the wrap. */
export function sequenceDistance(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
