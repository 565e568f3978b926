import { describe, expect, it } from 'vitest';
import { tone } from '../dsp/test-signals.ts';
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
});
