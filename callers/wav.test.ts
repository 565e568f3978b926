import { expect, test } from 'vitest';
import { formatWav, parseWav, resample } from './wav.ts';

const tone = (hz: number, rateHz: number, seconds: number) =>
  Int16Array.from({ length: rateHz * seconds }, (_, i) => Math.round(10000 * Math.sin((2 * Math.PI * hz * i) / rateHz)));
const rms = (pcm: Int16Array) => Math.sqrt(pcm.reduce((a, x) => a + x * x, 0) / pcm.length);

test('what was written is read back', () => {
  const pcm = Int16Array.from([1, -2, 300, -32768, 32767]);
  expect(parseWav(formatWav(8000, pcm), 'x.wav')).toEqual({ sampleRateHz: 8000, pcm });
});

test('of two channels the first is read', () => {
  const bytes = formatWav(16000, Int16Array.from([1, 2]), Int16Array.from([9]));
  expect([...parseWav(bytes, 'x.wav').pcm]).toEqual([1, 2]);
});

test('what is no WAV is refused by name', () => {
  expect(() => parseWav(new Uint8Array(50), 'noise.bin')).toThrow('noise.bin is not a WAV file');
  expect(() => parseWav(formatWav(8000).slice(0, 36), 'x.wav')).toThrow();
});

test('resampling keeps a tone in the band and removes one above it', () => {
  expect(rms(resample({ sampleRateHz: 24000, pcm: tone(1000, 24000, 0.5) }, 8000).subarray(200, 3800))).toBeCloseTo(7071, -2);
  expect(rms(resample({ sampleRateHz: 24000, pcm: tone(6000, 24000, 0.5) }, 8000).subarray(200, 3800))).toBeLessThan(30);
  expect(resample({ sampleRateHz: 8000, pcm: tone(500, 8000, 0.5) }, 16000).length).toBe(8000);
});
