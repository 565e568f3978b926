import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequenceDelta, SequenceTracker, timestampDelta } from './sequence.ts';

describe('counters that wrap', () => {
  it('subtracts over the wrap', () => {
    expect(sequenceDelta(2, 65534)).toBe(4);
    expect(sequenceDelta(65534, 2)).toBe(-4);
    expect(timestampDelta(0x10, 0xfffffff0)).toBe(0x20);
    expect(timestampDelta(0xfffffff0, 0x10)).toBe(-0x20);
  });

  it('extends any forward walk exactly, over many wraps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65535 }), fc.array(fc.integer({ min: 1, max: 2999 }), { maxLength: 200 }), (start, steps) => {
        const tracker = new SequenceTracker();
        tracker.update(start);
        let expected = tracker.extended;
        for (const step of steps) {
          expected += step;
          expect(tracker.update(expected & 0xffff)).toBe('ahead');
          expect(tracker.extended).toBe(expected);
        }
      }),
    );
  });

  it('places what is overtaken, over the wrap too', () => {
    const tracker = new SequenceTracker();
    tracker.update(65535);
    const first = tracker.extended;
    tracker.update(1);
    expect(tracker.extended).toBe(first + 2);
    expect(tracker.update(0)).toBe('behind');
    expect(tracker.extended).toBe(first + 1);
    expect(tracker.highest).toBe(first + 2);
  });

  it('believes a jump only when the next packet follows on', () => {
    const tracker = new SequenceTracker();
    tracker.update(100);
    expect(tracker.update(40_000)).toBe('suspect');
    expect(tracker.update(101)).toBe('ahead');
    expect(tracker.update(40_001)).toBe('suspect');
    expect(tracker.update(40_002)).toBe('restarted');
    expect(tracker.update(40_003)).toBe('ahead');
  });
});
