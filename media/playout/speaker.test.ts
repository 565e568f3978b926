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

describe('speaker at 24 kHz', () => {
  const wide = () => {
    const queue = new PlayoutQueue(
      1_000_000,
      { turnStarted: () => undefined, pieceTaken: () => undefined, turnFinished: () => undefined },
      24_000,
    );
    return {
      queue,
      s: new Speaker({ outputRateHz: 24_000, fadeMs: 10, duckGain: 0.25, rewindSamples: 960 }, queue),
      pcm: new Int16Array(480),
    };
  };

  it('gives out what was put in, sample by sample, and tells where padding begins', () => {
    const { queue, s, pcm } = wide();
    const voice = tone(440, 24_000, 720);
    queue.offer(1, 0, voice.slice());
    expect(s.fill(pcm, 480)).toBe(true);
    expect(pcm).toEqual(voice.subarray(0, 480));
    expect(s.fill(pcm, 480)).toBe(true);
    expect(s.takenSamples).toBe(240);
    expect(pcm.subarray(0, 240)).toEqual(voice.subarray(480));
    expect(pcm.subarray(240).every((sample) => sample === 0)).toBe(true);
    expect(s.fill(pcm, 480)).toBe(false);
  });

  it('halts at once and goes back by what was not heard, over pieces', () => {
    const { queue, s, pcm } = wide();
    for (let i = 0; i < 20; i += 1) queue.offer(1, i, new Int16Array(480).fill(i + 1));
    for (let i = 0; i < 10; i += 1) s.fill(pcm, 480);
    s.halt(1440);
    expect(s.fill(pcm, 480)).toBe(false);
    s.resume();
    s.fill(pcm, 480);
    // Three frames that were not heard, and 40 ms so that words are taken up whole.
    expect(pcm[479]).toBe(6);
    s.fill(pcm, 480);
    expect(pcm[0]).toBe(7);
  });
});
