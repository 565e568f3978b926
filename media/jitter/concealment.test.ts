import { describe, expect, it } from 'vitest';
import { rms, tone } from '../dsp/test-signals.ts';
import { Concealer } from './concealment.ts';

/** A voiced sound: a pulse-like wave of 120 Hz, which is what pitch detection is for. */
const voiced = (count: number, from = 0) =>
  Int16Array.from({ length: count }, (_, i) => {
    const t = (from + i) / 8000;
    return Math.round(
      4000 * (Math.sin(2 * Math.PI * 120 * t) + 0.6 * Math.sin(2 * Math.PI * 240 * t) + 0.3 * Math.sin(2 * Math.PI * 720 * t)),
    );
  });

function afterGood(): Concealer {
  const concealer = new Concealer();
  for (let at = 0; at < 800; at += 160) concealer.good(voiced(160, at), 160);
  return concealer;
}

describe('concealment', () => {
  it('goes on with the voice so that a lost packet is hardly wrong', () => {
    const concealer = afterGood();
    const guessed = new Int16Array(160);
    concealer.conceal(guessed, 160);
    const truth = voiced(160, 800);
    const error = rms(guessed.map((value, i) => value - truth[i]!));
    expect(20 * Math.log10(rms(truth) / error)).toBeGreaterThan(10);
  });

  it('has faded to nothing after 60 ms', () => {
    const concealer = afterGood();
    const long = new Int16Array(640);
    concealer.conceal(long, 640);
    expect(rms(long, 0, 80)).toBeGreaterThan(2000);
    expect(rms(long, 400, 480)).toBeLessThan(700);
    expect(rms(long, 480, 640)).toBe(0);
  });

  it('blends into what follows without a step', () => {
    const concealer = afterGood();
    const guessed = new Int16Array(160);
    concealer.conceal(guessed, 160);
    const next = voiced(160, 960);
    concealer.good(next, 160);
    expect(Math.abs(next[0]! - guessed[159]!)).toBeLessThan(2500);
    expect([...next.subarray(40)]).toEqual([...voiced(160, 960).subarray(40)]);
  });

  it('has nothing to say before it heard anything, nor after silence', () => {
    const concealer = new Concealer();
    const pcm = tone(440, 8000, 160);
    concealer.conceal(pcm, 160);
    expect(rms(pcm)).toBe(0);
    const other = afterGood();
    other.silence();
    other.conceal(pcm, 160);
    expect(rms(pcm)).toBe(0);
  });
});
