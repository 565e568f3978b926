import { describe, expect, it } from 'vitest';
import { rms, tone } from '../dsp/test-signals.ts';
import { PlayoutQueue } from './playout-queue.ts';
import { Speaker } from './speaker.ts';

function speaker() {
  const queue = new PlayoutQueue(1_000_000, { turnStarted: () => undefined, pieceTaken: () => undefined, turnFinished: () => undefined });
  const s = new Speaker({ outputRateHz: 8000, fadeMs: 10, duckGain: 0.25, rewindSamples: 960 }, queue);
  const pcm = new Int16Array(160);
  /** Level of each frame; -1 where the speaker is silent. */
  const frames = (count: number) => Array.from({ length: count }, () => (s.fill(pcm, 160) ? Math.round(rms(pcm)) : -1));
  return { queue, s, pcm, frames };
}
const FULL = Math.round(10_000 / Math.SQRT2);

describe('speaker', () => {
  it('says the end of what it was given, filter delay and all, and is silent then', () => {
    const { queue, frames } = speaker();
    queue.offer(1, 0, tone(440, 24_000, 960));
    const levels = frames(4);
    expect(levels[1]).toBeGreaterThan(FULL * 0.95);
    expect(levels[2]).toBeGreaterThan(0);
    expect(levels[3]).toBe(-1);
  });

  it('ducks by 12 dB and comes back', () => {
    const { queue, s, frames } = speaker();
    queue.offer(1, 0, tone(440, 24_000, 24_000));
    frames(3);
    s.duck(true);
    const [ramp, ducked] = frames(2);
    expect(ramp).toBeGreaterThan(ducked!);
    expect(ducked! / FULL).toBeCloseTo(0.25, 1);
    s.duck(false);
    expect(frames(2)[1]! / FULL).toBeCloseTo(1, 1);
  });

  it('fades out within 10 ms when it pauses, keeps the rest, and takes it up a little earlier', () => {
    const { queue, s, pcm, frames } = speaker();
    queue.offer(1, 0, tone(440, 24_000, 24_000));
    frames(10);
    s.pause();
    s.fill(pcm, 160);
    expect(rms(pcm, 0, 80)).toBeGreaterThan(FULL * 0.3);
    expect(rms(pcm, 80, 160)).toBe(0);
    expect(frames(5)).toEqual([-1, -1, -1, -1, -1]);
    expect(s.isSpeaking).toBe(false);
    expect(queue.queuedSamples).toBe(24_000 - 10 * 480 + 960);
    s.resume();
    expect(frames(2)[1]! / FULL).toBeCloseTo(1, 1);
  });

  it('leaves nothing of what was cut but a 4 ms slope to silence', () => {
    const { queue, s, pcm, frames } = speaker();
    queue.offer(1, 0, tone(440, 24_000, 24_000));
    frames(5);
    queue.abort(1);
    s.cut();
    s.fill(pcm, 160);
    expect(rms(pcm, 32, 160)).toBe(0);
    expect(frames(3)).toEqual([-1, -1, -1]);
  });

  it('speaks the next turn at full level after a paused one was cut', () => {
    const { queue, s, frames } = speaker();
    queue.offer(1, 0, tone(440, 24_000, 24_000));
    frames(5);
    s.pause();
    frames(2);
    queue.abort(1);
    s.cut();
    queue.offer(2, 0, tone(440, 24_000, 24_000));
    expect(frames(3)[2]! / FULL).toBeCloseTo(1, 1);
    expect(s.turn).toBe(2);
  });
});
