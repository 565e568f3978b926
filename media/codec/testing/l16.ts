import type { Codec } from '../codec.ts';
import { waveformCodec } from '../waveform.ts';

/**
 * A codec that nobody uses: linear samples of 16 bits at 16 kHz (RFC 3551 section 4.5.11), with a clock of 8000 as G.722 has it. This file, its test
 * and a row of `CODECS` are all that a codec needs.
 */
export const L16: Codec = {
  ...waveformCodec({
    clockHz: 8000,
    sampleRateHz: 16_000,
    bytesPerSample: 2,
    createDecode: () => decode,
    createEncode: () => encode,
  }),
  fmtp: (asked) => `emphasis=${asked?.['emphasis'] ?? 'none'}`,
};

function decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number {
  const count = ((end - start) >> 2) * 2;
  for (let i = 0; i < count; i += 1) pcm[i] = (bytes[start + 2 * i]! << 8) | bytes[start + 2 * i + 1]!;
  return count > 0 ? count : -1;
}

function encode(pcm: Int16Array, count: number, bytes: Uint8Array, start: number): void {
  for (let i = 0; i < count; i += 1) {
    bytes[start + 2 * i] = pcm[i]! >> 8;
    bytes[start + 2 * i + 1] = pcm[i]!;
  }
}
