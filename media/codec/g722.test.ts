import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rms, tone } from '../dsp/test-signals.ts';
import { G722, G722Decoder, G722Encoder } from './g722.ts';

/** Noise at two levels, a square wave, full scale and silence, of integers only so that any language makes the same. */
function testSignal(count: number): Int16Array {
  let state = 0x2545_f491;
  return Int16Array.from({ length: count }, (_, i) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const noise = (state >>> 16) - 32_768;
    switch (Math.floor(i / 640) % 5) {
      case 0:
        return noise >> 6;
      case 1:
        return noise >> 1;
      case 2:
        return i % 40 < 20 ? 12_000 : -12_000;
      case 3:
        return noise > 0 ? 32_767 : -32_768;
      default:
        return 0;
    }
  });
}

function encode(pcm: Int16Array, step: number): Uint8Array {
  const encoder = new G722Encoder();
  const bytes = new Uint8Array(pcm.length / 2);
  for (let at = 0; at < pcm.length; at += step) {
    const count = Math.min(step, pcm.length - at);
    encoder.encode(pcm.subarray(at, at + count), count, bytes, at / 2);
  }
  return bytes;
}

function decode(bytes: Uint8Array, step: number): Int16Array {
  const decoder = new G722Decoder();
  const pcm = new Int16Array(bytes.length * 2);
  for (let at = 0; at < bytes.length; at += step) {
    const part = new Int16Array(step * 2);
    const count = decoder.decode(bytes, at, Math.min(bytes.length, at + step), part);
    pcm.set(part.subarray(0, count), at * 2);
  }
  return pcm;
}

function sha256(data: Uint8Array | Int16Array): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}

/** Hashes of what the Python package G722 1.2.8 (libg722, made from the ITU's reference by others) makes of the same: `G722(16000, 64000).encode(...)` and `.decode(...)`. */
const REFERENCE = {
  codes: 'b59a2840dd459428d800f974f9ab0e8acfd4d493871a73d424313dd840916aeb',
  decoded: '9d1e717be8966215afed5555643d020c12beeb85b0e601b1dd3a1ad416b36f77',
  hostile: '46fa15cabb73b6dd3ce623a6bbc69807367287b55ff42fbd737eb5223257685c',
};

describe('G.722', () => {
  it.each([320, 160, 960, 6400])('encodes bit for bit as the reference does, in packets of %i samples', (step) => {
    expect(sha256(encode(testSignal(6400), step))).toBe(REFERENCE.codes);
  });

  it.each([160, 80, 480, 1600])('decodes bit for bit as the reference does, in packets of %i bytes', (step) => {
    expect(sha256(decode(encode(testSignal(6400), 320), step))).toBe(REFERENCE.decoded);
  });

  it('decodes whatever comes, as the reference does', () => {
    const bytes = Uint8Array.from(testSignal(4800), (sample) => ((((sample + 32_768) & 0xffff) * 31) >> 3) & 255);
    expect(sha256(decode(bytes, 160))).toBe(REFERENCE.hostile);
  });

  it('carries what G.711 cannot: a tone of 6 kHz', () => {
    const heard = decode(encode(tone(6000, 16_000, 16_000, -10), 320), 160);
    expect(rms(heard, 1600, 14_400) / rms(tone(6000, 16_000, 16_000, -10), 1600, 14_400)).toBeGreaterThan(0.9);
  });

  it('counts 8000 a second and sounds at 16000', () => {
    expect(G722).toMatchObject({ payloadType: 9, clockHz: 8000, sampleRateHz: 16_000, speechRateHz: 16_000 });
  });
});
