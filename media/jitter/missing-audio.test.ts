import { describe, expect, it } from 'vitest';
import { MissingAudio } from './missing-audio.ts';

/** After `packets` of 20 ms that came in time, the last one at `(packets - 1) * 20`. */
function after(packets: number, clockHz = 8000, rateHz = 8000): MissingAudio {
  const missing = new MissingAudio(clockHz, rateHz);
  for (let i = 0; i < packets; i += 1) missing.took(i * 20, i * (clockHz / 50), 0, rateHz / 50);
  return missing;
}

describe('what is missing before a packet', () => {
  it.each([
    ['nothing where it follows on', 100, 800, 0, 0],
    ['nothing where only its timestamp jumps', 100, 8000, 0, 0],
    ['nothing where it only comes late', 180, 800, 0, 0],
    ['nothing for a step that is a sample off', 140, 802, 0, 0],
    ['the pause that timestamp and clock agree on', 180, 800 + 640, 0, 640],
    ['what the clock allows of a longer pause', 180, 800 + 8000, 0, 640],
    ['what the timestamp tells of a longer wait', 180, 800 + 320, 0, 320],
    ['what the sequence says was lost', 120, 800 + 160, 1, 160],
    ['what was lost, although the timestamp stands still', 120, 640, 1, 160],
    ['what was lost and no more, although the timestamp runs twice as fast', 120, 800 + 480, 1, 160],
    ['what was lost and the pause after it', 320, 800 + 1760, 1, 1760],
    ['less where what was lost were keys beside the voice', 120, 800 + 160, 3, 160],
    ['whole packets where the timestamp is a little off', 120, 800 + 163, 1, 160],
    ['nothing where the sequence jumps and neither clock nor timestamp does', 100, 800, 500, 0],
  ])('is %s', (_, arrivedAtMs, timestamp, lostPackets, samples) => {
    const missing = after(5);
    missing.lost(lostPackets);
    expect(missing.before(arrivedAtMs, timestamp, true)).toBe(samples);
  });

  it('is not put in twice where the clock has put it in', () => {
    const missing = after(5);
    missing.filled(480, 140);
    expect(missing.before(180, 800 + 640, true)).toBe(160);
  });

  it('is nothing for jitter that was seen before, with a timestamp that claims it', () => {
    const missing = after(5);
    missing.took(140, 800, 0, 160);
    for (let i = 6; i < 30; i += 1) {
      const arrivedAtMs = i * 20 + (i % 3 === 0 ? 40 : 0);
      expect(missing.before(arrivedAtMs, i * 320, true)).toBeLessThan(100);
      missing.took(arrivedAtMs, i * 320, 0, 160);
    }
  });

  it('is counted in whole pairs of samples on a wide line', () => {
    const missing = after(5, 48_000, 16_000);
    expect(missing.before(133.4, 4800 + 48 * 33 + 1, true) % 2).toBe(0);
  });
});
