import { expect, it } from 'vitest';
import { PlayoutSchedule } from './playout-schedule.ts';

it('counts every due time from the first, for half an hour', () => {
  const schedule = new PlayoutSchedule(1000, 20);
  for (let i = 0; i < 90_000; i += 1) schedule.advance();
  expect(schedule.dueMs).toBe(1000 + 90_000 * 20);
});

it('makes up for a short stall and skips the rest of a long one', () => {
  const schedule = new PlayoutSchedule(0, 20);
  expect(schedule.skipStale(85)).toBe(0);
  expect(schedule.skipStale(1000)).toBe(46);
  expect(schedule.dueMs).toBe(920);
});
