import { describe, expect, it } from 'vitest';
import { keyTones } from './key-tones.ts';

/** The share of the energy of `pcm` at `hz` (Goertzel). */
function powerAt(pcm: Int16Array, hz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / 24_000);
  let one = 0;
  let two = 0;
  let energy = 0;
  for (const sample of pcm) {
    [one, two] = [sample + factor * one - two, one];
    energy += sample * sample;
  }
  return (2 * (one * one + two * two - factor * one * two)) / (pcm.length * energy);
}

describe('keyTones', () => {
  it.each([
    ['1', 697, 1209],
    ['5', 770, 1336],
    ['9', 852, 1477],
    ['0', 941, 1336],
    ['#', 941, 1477],
    ['*', 941, 1209],
    ['D', 941, 1633],
  ])('%s is two tones', (digit, lowHz, highHz) => {
    const tone = keyTones(digit).subarray(0, 2_400);
    expect(powerAt(tone, lowHz)).toBeGreaterThan(0.45);
    expect(powerAt(tone, highHz)).toBeGreaterThan(0.45);
    expect(powerAt(tone, 1_050)).toBeLessThan(0.02);
  });

  it('has a pause after each key, never clips, and leaves out what is no key', () => {
    const pcm = keyTones('12x3');
    expect(pcm.length).toBe(3 * 4_800);
    expect(pcm.subarray(2_400, 4_800).every((sample) => sample === 0)).toBe(true);
    expect(Math.max(...pcm)).toBeLessThan(32_000);
  });
});
