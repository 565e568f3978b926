import { describe, expect, it } from 'vitest';
import { ALAW_TO_PCM, decodeG711, encodeG711, MULAW_TO_PCM, type G711Law } from './g711.ts';

/** ITU-T G.191 `ulaw_expand`, straight from its text. */
function expandMulaw(code: number): number {
  const sign = code < 0x80 ? -1 : 1;
  const mantissa = ~code & 0xff;
  const exponent = (mantissa >> 4) & 7;
  const segment = exponent + 1;
  const low = mantissa & 0x0f;
  const step = 4 << segment;
  return sign * ((0x80 << exponent) + step * low + step / 2 - 4 * 33);
}

/** ITU-T G.191 `alaw_expand`. */
function expandAlaw(code: number): number {
  let ix = (code ^ 0x55) & 0x7f;
  const exponent = ix >> 4;
  let mantissa = ix & 0x0f;
  if (exponent > 0) mantissa += 16;
  mantissa = (mantissa << 4) + 8;
  if (exponent > 1) mantissa <<= exponent - 1;
  ix = mantissa;
  return code > 127 ? ix : -ix;
}

/** G.191 `ulaw_compress`: loops and all, as unlike the table as can be. */
function compressMulaw(sample: number): number {
  let magnitude = sample < 0 ? (~sample >> 2) + 33 : (sample >> 2) + 33;
  if (magnitude > 0x1fff) magnitude = 0x1fff;
  let i = magnitude >> 6;
  let segment = 1;
  while (i !== 0) {
    segment += 1;
    i >>= 1;
  }
  const code = ((8 - segment) << 4) | (0x0f - ((magnitude >> segment) & 0x0f));
  return sample >= 0 ? code | 0x80 : code;
}

function encodeOne(law: G711Law, sample: number): number {
  const bytes = new Uint8Array(1);
  encodeG711(law, Int16Array.of(sample), 1, bytes, 0);
  return bytes[0]!;
}

describe('G.711', () => {
  it('decodes all 256 codes of both laws as G.191 does', () => {
    for (let code = 0; code < 256; code += 1) {
      expect(MULAW_TO_PCM[code], `mu-law ${code}`).toBe(expandMulaw(code) || 0);
      expect(ALAW_TO_PCM[code], `A-law ${code}`).toBe(expandAlaw(code));
    }
  });

  it('gives every code back that it decoded, but for the second zero of mu-law', () => {
    for (let code = 0; code < 256; code += 1) {
      expect(encodeOne('PCMU', MULAW_TO_PCM[code]!)).toBe(code === 0x7f ? 0xff : code);
      expect(encodeOne('PCMA', ALAW_TO_PCM[code]!)).toBe(code);
    }
  });

  it('encodes all 65,536 samples to mu-law as G.191 does', () => {
    let wrong = 0;
    for (let sample = -32768; sample < 32768; sample += 1) if (encodeOne('PCMU', sample) !== compressMulaw(sample)) wrong += 1;
    expect(wrong).toBe(0);
  });

  it('encodes all samples to the A-law code whose interval holds them', () => {
    // Each code's value lies in the middle of its interval, and the intervals lie side by side from zero on.
    const codes = Array.from({ length: 128 }, (_, i) => (i | 0x80) ^ 0x55).sort((a, b) => ALAW_TO_PCM[a]! - ALAW_TO_PCM[b]!);
    let start = 0;
    for (const code of codes) {
      const end = 2 * ALAW_TO_PCM[code]! - start;
      for (let sample = start; sample < end; sample += 1) {
        if (encodeOne('PCMA', sample) !== code) expect.fail(`A-law of ${sample}`);
        if (encodeOne('PCMA', ~sample) !== (code ^ 0x80)) expect.fail(`A-law of ${~sample}`);
      }
      start = end;
    }
    expect(start).toBe(32768);
  });

  it('has silence that decodes to nearly nothing', () => {
    expect([encodeOne('PCMU', 0), encodeOne('PCMA', 0)]).toEqual([0xff, 0xd5]);
    expect(MULAW_TO_PCM[0xff]).toBe(0);
    expect(Math.abs(ALAW_TO_PCM[0xd5]!)).toBe(8);
  });

  it('decodes from within a packet', () => {
    const pcm = new Int16Array(3);
    decodeG711('PCMU', Uint8Array.of(9, 9, 0xff, 0x00, 0x80, 9), 2, 3, pcm);
    expect([...pcm]).toEqual([0, -32124, 32124]);
  });
});
