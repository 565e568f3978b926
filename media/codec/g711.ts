import alawmulaw from 'alawmulaw';
import { MAX_PAYLOAD_BYTES, type Codec } from './codec.ts';
import { waveformCodec } from './waveform.ts';

/** Decoded value of each of the 256 codes; exact to ITU-T G.191. */
export const MULAW_TO_PCM: Int16Array = Int16Array.from({ length: 256 }, (_, code) => alawmulaw.mulaw.decodeSample(code));
export const ALAW_TO_PCM: Int16Array = Int16Array.from({ length: 256 }, (_, code) => alawmulaw.alaw.decodeSample(code));

/** Indexed by the 16-bit sample taken as unsigned; exact to G.191's `ulaw_compress` and `alaw_compress`. */
const PCM_TO_MULAW = Uint8Array.from({ length: 65536 }, (_, index) => compressMulaw((index << 16) >> 16));
const PCM_TO_ALAW = Uint8Array.from({ length: 65536 }, (_, index) => compressAlaw((index << 16) >> 16));

export type G711Law = 'PCMU' | 'PCMA';

/** Decodes `count` bytes from `start` on into the beginning of `pcm`. */
export function decodeG711(law: G711Law, bytes: Uint8Array, start: number, count: number, pcm: Int16Array): void {
  const table = law === 'PCMU' ? MULAW_TO_PCM : ALAW_TO_PCM;
  for (let i = 0; i < count; i += 1) pcm[i] = table[bytes[start + i]!]!;
}

/** Encodes `count` samples into `bytes` from `start` on. */
export function encodeG711(law: G711Law, pcm: Int16Array, count: number, bytes: Uint8Array, start: number): void {
  const table = law === 'PCMU' ? PCM_TO_MULAW : PCM_TO_ALAW;
  for (let i = 0; i < count; i += 1) bytes[start + i] = table[pcm[i]! & 0xffff]!;
}

export const PCMU = g711('PCMU', 0);
export const PCMA = g711('PCMA', 8);

/** ITU-T G.711; RFC 3551 section 4.5.14. */
function g711(law: G711Law, payloadType: number): Codec {
  const decode = (bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number => {
    const count = Math.min(end - start, MAX_PAYLOAD_BYTES);
    decodeG711(law, bytes, start, count, pcm);
    return count;
  };
  const encode = (pcm: Int16Array, count: number, bytes: Uint8Array, start: number): void => encodeG711(law, pcm, count, bytes, start);
  return waveformCodec({
    payloadType,
    clockHz: 8000,
    sampleRateHz: 8000,
    bytesPerSample: 1,
    createDecode: () => decode,
    createEncode: () => encode,
  });
}

/** G.191 works on the upper 14 bits of the sample, in one's complement for the negative half. */
function compressMulaw(sample: number): number {
  const magnitude = Math.min(0x1fff, ((sample < 0 ? ~sample : sample) >> 2) + 33);
  const segment = 32 - Math.clz32(magnitude >> 6) + 1;
  const high = 0x08 - segment;
  const low = 0x0f - ((magnitude >> segment) & 0x0f);
  return (high << 4) | low | (sample >= 0 ? 0x80 : 0);
}

/** G.191 works on the upper 13 bits, in one's complement for the negative half; even bits are inverted on the line. */
function compressAlaw(sample: number): number {
  let magnitude = (sample < 0 ? ~sample : sample) >> 4;
  if (magnitude > 15) {
    let exponent = 1;
    while (magnitude > 31) {
      magnitude >>= 1;
      exponent += 1;
    }
    magnitude += (exponent << 4) - 16;
  }
  return (magnitude | (sample >= 0 ? 0x80 : 0)) ^ 0x55;
}
