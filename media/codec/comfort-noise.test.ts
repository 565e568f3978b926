import { expect, it } from 'vitest';
import { levelDbov } from '../dsp/level.ts';
import { NoiseSource, readComfortNoise, writeComfortNoise } from './comfort-noise.ts';

it('reads back the level it wrote', () => {
  const bytes = new Uint8Array(4);
  expect(writeComfortNoise(bytes, 1, -68)).toBe(1);
  expect(readComfortNoise(bytes, 1, 2)).toBe(-68);
});

it('takes levels with spectral information and refuses what is malformed', () => {
  expect(readComfortNoise(Uint8Array.of(40, 120, 130), 0, 3)).toBe(-40);
  expect(readComfortNoise(Uint8Array.of(200), 0, 1)).toBeUndefined();
  expect(readComfortNoise(new Uint8Array(0), 0, 0)).toBeUndefined();
});

it('makes noise of the level asked for, never louder than -50 dBov', () => {
  const pcm = new Int16Array(8000);
  const noise = new NoiseSource(7);
  noise.fill(pcm, pcm.length, -60);
  expect(levelDbov(pcm, 0, pcm.length)).toBeCloseTo(-60, 0);
  noise.fill(pcm, pcm.length, -10);
  expect(levelDbov(pcm, 0, pcm.length)).toBeCloseTo(-50, 0);
});
