import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ms } from '#domain/units';
import { RateLimit } from './rate-limit.ts';

it('gives what a minute allows at once, then evenly', () => {
  const limit = new RateLimit({ perMinute: 2, mostKeys: 10 });
  expect([limit.take(ms(0), 'a').kind, limit.take(ms(0), 'a').kind]).toEqual(['ok', 'ok']);
  expect(limit.take(ms(0), 'a')).toEqual({ kind: 'wait', retryAfterMs: 30_000 });
  expect(limit.take(ms(0), 'b').kind).toBe('ok');
  expect(limit.take(ms(29_000), 'a').kind).toBe('wait');
  expect(limit.take(ms(30_000), 'a').kind).toBe('ok');
});

it('forgets the one that came least recently when its table is full', () => {
  const limit = new RateLimit({ perMinute: 1, mostKeys: 2 });
  for (const key of ['a', 'b', 'a', 'c']) limit.take(ms(0), key);
  expect(limit.keys).toBe(2);
  expect(limit.take(ms(0), 'a').kind).toBe('wait');
});

it('never lets through more than its burst and what time has added', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(5_000), { maxLength: 200 }), (perMinute, waits) => {
      const limit = new RateLimit({ perMinute, mostKeys: 1 });
      let nowMs = 0;
      const passed = waits.filter((waitMs) => limit.take(ms((nowMs += waitMs)), 'a').kind === 'ok').length;
      expect(passed).toBeLessThanOrEqual(perMinute + (nowMs * perMinute) / 60_000 + 1e-6);
    }),
  );
});
