import { describe, expect, it } from 'vitest';
import { amplitude, tone } from '../dsp/test-signals.ts';
import { EchoLoop } from './echo-loop.ts';

const frame = tone(300, 8000, 160);

describe('echo loop', () => {
  it('plays back one packet later on a steady line', () => {
    const loop = new EchoLoop();
    const out = new Int16Array(160);
    for (let i = 0; i < 50; i += 1) {
      loop.write(frame, 160);
      expect(loop.take(out, 160)).toBe(true);
      expect(out).toEqual(frame);
    }
  });

  it('waits a little longer after it ran dry, so that jitter does not tear it', () => {
    const loop = new EchoLoop();
    const out = new Int16Array(160);
    loop.write(frame, 160);
    loop.take(out, 160);
    expect(loop.take(out, 160)).toBe(false);
    loop.write(frame, 160);
    expect(loop.take(out, 160)).toBe(false);
    loop.write(frame, 160);
    expect(loop.take(out, 160)).toBe(true);
    expect(loop.take(out, 160)).toBe(true);
  });

  it('does not let the delay grow with a burst or a fast clock', () => {
    const loop = new EchoLoop();
    const out = new Int16Array(160);
    for (let i = 0; i < 40; i += 1) loop.write(frame, 160);
    let played = 0;
    while (loop.take(out, 160)) played += 1;
    expect(played).toBeLessThanOrEqual(4);
  });

  it.each([[8000], [16_000]] as const)('plays a line of %i Hz back at 24 kHz', (lineRateHz) => {
    const loop = new EchoLoop({ lineRateHz, outputRateHz: 24_000, firstMs: 20, mostMs: 100, slackMs: 60 });
    const line = tone(300, lineRateHz, lineRateHz);
    const out: number[] = [];
    const into = new Int16Array(480);
    for (let at = 0; at < line.length; at += lineRateHz / 50) {
      loop.write(line.subarray(at, at + lineRateHz / 50), lineRateHz / 50);
      expect(loop.take(into, 480)).toBe(true);
      out.push(...into);
    }
    expect(out).toHaveLength(24_000);
    expect(amplitude(out, 300, 24_000, 4800, 19_200)).toBeGreaterThan(9800);
    loop.reset();
    expect(loop.take(into, 480)).toBe(false);
  });
});
