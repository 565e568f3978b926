import alawmulaw from 'alawmulaw';

// Packets as a phone writes and reads them: by another library and other code than the media that are tested with them.

export interface PhonePacket {
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

export function writePacket({ payloadType, sequence, timestamp, payload }: PhonePacket): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80;
  bytes[1] = payloadType;
  view.setUint16(2, sequence & 0xffff);
  view.setUint32(4, timestamp >>> 0);
  view.setUint32(8, SSRC);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** Copies, because the sender may use its buffer again. RTCP is not a phone's concern here: undefined. */
export function readPacket(bytes: Uint8Array): PhonePacket | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint8(0) !== 0x80) return undefined;
  const second = view.getUint8(1);
  if (second >= 192 && second <= 223) return undefined;
  return { payloadType: second & 0x7f, sequence: view.getUint16(2), timestamp: view.getUint32(4), payload: bytes.slice(HEADER_BYTES) };
}

export function encode(pcm: Int16Array): Uint8Array {
  const payload = new Uint8Array(pcm.length);
  for (let i = 0; i < pcm.length; i += 1) payload[i] = pcm[i] === 0 ? SILENCE : alawmulaw.mulaw.encodeSample(pcm[i]!);
  return payload;
}

export function decode(payload: Uint8Array): Int16Array {
  const pcm = new Int16Array(payload.length);
  for (let i = 0; i < payload.length; i += 1) pcm[i] = LEVELS[payload[i]!]!;
  return pcm;
}

/** dBov of a packet's sound; -96 where there is none. */
export function loudnessDbov(payload: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < payload.length; i += 1) sum += LEVELS[payload[i]!]! ** 2;
  return sum === 0 ? -96 : 10 * Math.log10(sum / payload.length / 2 ** 30);
}

/** RFC 4733 section 2.3: event, end bit and volume, duration in ticks. */
export function writeKey(digit: string, isEnd: boolean, ticks: number): Uint8Array {
  return Uint8Array.of(KEYS.indexOf(digit), (isEnd ? 0x80 : 0) | 10, ticks >> 8, ticks & 0xff);
}

export function readKey(payload: Uint8Array): { readonly digit: string; readonly isEnd: boolean } {
  return { digit: KEYS[payload[0] ?? 99] ?? '?', isEnd: ((payload[1] ?? 0) & 0x80) !== 0 };
}

const HEADER_BYTES = 12;
const SSRC = 99;
const KEYS = '0123456789*#ABCD';
const SILENCE = 0xff;
const LEVELS = Int16Array.from({ length: 256 }, (_, code) => alawmulaw.mulaw.decodeSample(code));
