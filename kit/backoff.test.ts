import { expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

it('waits twice as long each time, up to its limit, and begins anew after a success', () => {
  const backoff = new Backoff({ firstMs: 500, maxMs: 3_000 });
  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
  backoff.reset();
  expect(backoff.count).toBe(0);
  expect(backoff.next()).toBe(500);
});

it('does not wait where the first wait is none', () => {
  const backoff = new Backoff({ firstMs: 0, maxMs: 1_000 });
  expect([backoff.next(), backoff.next()]).toEqual([0, 0]);
});

it('stays at its limit after a year of failures, and a finite number without one', () => {
  const backoff = new Backoff({ firstMs: 150, maxMs: 4_000 });
  for (let i = 0; i < 10_000; i += 1) backoff.next();
  expect(backoff.next()).toBe(4_000);
  const unlimited = new Backoff({ firstMs: 1 });
  for (let i = 0; i < 10_000; i += 1) unlimited.next();
  expect(unlimited.next()).toBe(2 ** 30);
});
