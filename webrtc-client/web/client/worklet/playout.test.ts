import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Playout } from './playout.ts';

const BLOCK = 128;

function tone(count: number): Int16Array {
  return Int16Array.from({ length: count }, (_, index) => 10_000 * Math.sin((2 * Math.PI * 440 * index) / 24_000));
}

function render(playout: Playout, blocks: number): number[] {
  return Array.from({ length: blocks }).flatMap(() => {
    const out = new Float32Array(BLOCK);
    playout.render(out);
    return [...out];
  });
}

function sounding(samples: readonly number[]): number {
  return samples.filter((sample) => Math.abs(sample) > 1e-4).length;
}

describe('the playout in the browser', () => {
  it('waits for a cushion, then plays without a gap', () => {
    const playout = new Playout(24_000, 48_000);
    playout.push(tone(1_000));
    expect(sounding(render(playout, 4))).toBe(0);
    playout.push(tone(1_000));
    const played = render(playout, 20);
    expect(sounding(played)).toBeGreaterThan(BLOCK * 20 * 0.95);
    expect(playout.gaps).toBe(0);
  });

  it('plays out what is there when the end comes, however little and however early', () => {
    const playout = new Playout(24_000, 48_000);
    playout.push(tone(300));
    playout.end();
    const played = sounding(render(playout, 20));
    expect(played).toBeGreaterThan(580);
    expect(played).toBeLessThan(700);
    expect(playout.gaps).toBe(0);
    expect(playout.bufferedMs).toBe(0);
  });

  it('is silent at once after a cancel, and ready for the next answer', () => {
    const playout = new Playout(24_000, 48_000);
    playout.push(tone(24_000));
    render(playout, 10);
    playout.cancel();
    expect(sounding(render(playout, 20))).toBeLessThanOrEqual(BLOCK);
    playout.push(tone(2_400));
    playout.end();
    expect(sounding(render(playout, 40))).toBeGreaterThan(4_500);
  });

  it('counts a gap in a sentence and holds more back afterwards', () => {
    const playout = new Playout(24_000, 48_000);
    playout.push(tone(2_000));
    render(playout, 60);
    expect(playout.gaps).toBe(1);
    // 83 ms would have been enough the first time.
    playout.push(tone(2_000));
    expect(sounding(render(playout, 4))).toBe(0);
  });

  it('sounds the same however its input is cut', () => {
    const input = tone(6_000);
    const whole = new Playout(24_000, 44_100);
    whole.push(input);
    whole.end();
    const wanted = render(whole, 100);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 20 }), (sizes) => {
        const playout = new Playout(24_000, 44_100);
        let from = 0;
        for (const size of [...sizes, input.length]) {
          playout.push(input.subarray(from, from + size));
          from = Math.min(input.length, from + size);
        }
        playout.end();
        expect(render(playout, 100)).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps a minute at the most and says what found no room', () => {
    const playout = new Playout(24_000, 48_000);
    for (let second = 0; second < 61; second += 1) playout.push(tone(24_000));
    expect(playout.bufferedMs).toBe(60_000);
    expect(playout.refused).toBe(24_000);
  });
});
