import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('gives its capacity at once, then so much in a second, and counts the rest', () => {
    const bucket = new TokenBucket({ perSecond: 1_000, capacity: 100 });
    expect([bucket.take(ms(0), 100), bucket.take(ms(0)), bucket.take(ms(50), 50), bucket.take(ms(50), 1)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(bucket.available(ms(60))).toBe(10);
    expect(bucket.take(ms(10_000), 101)).toBe(false);
    expect(bucket.refused).toBe(103);
  });

  it('may be filled by the minute', () => {
    const bucket = new TokenBucket({ perMinute: 2, capacity: 2 });
    expect([bucket.take(ms(7)), bucket.take(ms(7)), bucket.take(ms(7)), bucket.waitMs(ms(7))]).toEqual([true, true, false, 30_000]);
    expect([bucket.take(ms(30_006)), bucket.take(ms(30_007))]).toEqual([false, true]);
  });

  it('says how long to wait', () => {
    const bucket = new TokenBucket({ perSecond: 2, capacity: 3 });
    expect(bucket.waitMs(ms(0), 3)).toBe(0);
    bucket.take(ms(0), 3);
    expect([bucket.waitMs(ms(0)), bucket.waitMs(ms(125), 3), bucket.waitMs(ms(0), 4)]).toEqual([500, 1_375, Infinity]);
    expect([bucket.take(ms(500)), bucket.refused]).toEqual([true, 0]);
  });

  it('fills again after the clock was set back, by no more than the time since', () => {
    const bucket = new TokenBucket({ perSecond: 1, capacity: 2 });
    bucket.take(ms(3_600_000), 2);
    expect([bucket.take(ms(0)), bucket.take(ms(999)), bucket.take(ms(1_000))]).toEqual([false, false, true]);
  });

  it('never lets through more than its capacity and what time has added', () => {
    const waits = fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 20 })), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), waits, (perSecond, capacity, takes) => {
        const bucket = new TokenBucket({ perSecond, capacity });
        let nowMs = 0;
        let passed = 0;
        for (const [waitMs, amount] of takes) if (bucket.take(ms((nowMs += waitMs)), amount)) passed += amount;
        expect(passed).toBeLessThanOrEqual(capacity + (nowMs * perSecond) / 1000 + 1e-6);
      }),
    );
  });
});
