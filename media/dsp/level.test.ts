import { expect, it } from 'vitest';
import { decibelToGain, levelDbov, SILENCE_DBOV } from './level.ts';
import { tone } from './test-signals.ts';

it('measures a full-scale sine as -3 dBov and silence as the least', () => {
  expect(levelDbov(tone(1000, 8000, 800, 32767), 0, 800)).toBeCloseTo(-3.01, 1);
  expect(levelDbov(new Int16Array(80), 0, 80)).toBe(SILENCE_DBOV);
  expect(levelDbov(new Int16Array(0), 0, 0)).toBe(SILENCE_DBOV);
});

it('turns decibel into a factor', () => {
  expect(decibelToGain(-12)).toBeCloseTo(0.251, 3);
});
