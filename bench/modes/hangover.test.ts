import { describe, expect, it } from 'vitest';
import { cutUtterance, lastSoundMs } from './hangover.ts';

/** Loud and quiet stretches in turn, ms. */
function sound(...stretches: readonly number[]): Int16Array {
  const parts = stretches.map((durationMs, index) => new Int16Array(durationMs * 16).fill(index % 2 === 0 ? 3000 : 0));
  const pcm = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    pcm.set(part, at);
    at += part.length;
  }
  return pcm;
}

describe('cutting with a hangover', () => {
  it('ends so long after the last sound, also where the recording has ended before', () => {
    expect(cutUtterance(sound(1000), 800)).toMatchObject({ lastSoundMs: 1000, cutMs: 1800 });
    expect(cutUtterance(sound(1000, 3000), 800)).toMatchObject({ lastSoundMs: 1000, cutMs: 1800 });
    expect(cutUtterance(sound(1000), 800)?.pcm).toHaveLength(1800 * 16);
  });

  it('goes on over shorter pauses and cuts at longer ones', () => {
    expect(cutUtterance(sound(500, 780, 500), 800)).toMatchObject({ lastSoundMs: 1780 });
    expect(cutUtterance(sound(500, 820, 500), 800)).toMatchObject({ lastSoundMs: 500, cutMs: 1300 });
  });

  it('of silence there is nothing', () => {
    expect(cutUtterance(sound(0, 2000), 800)).toBeUndefined();
    expect(lastSoundMs(sound(0, 2000))).toBe(0);
    expect(lastSoundMs(sound(400, 100, 200, 900))).toBe(700);
  });
});
