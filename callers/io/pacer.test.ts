import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pacer } from './pacer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('calls every 20 ms from the start, and makes up for what is late', () => {
  const startMs = performance.now();
  const sent: [number, number][] = [];
  const pacer = new Pacer((dueMs, index) => void sent.push([dueMs - startMs, index]));
  pacer.start();
  pacer.start();
  expect(sent).toEqual([[0, 0]]);
  vi.advanceTimersByTime(39);
  expect(sent.map(([dueMs]) => Math.round(dueMs))).toEqual([0, 20]);
  // A process that stood still: its timer comes 100 ms late.
  vi.setSystemTime(Date.now() + 100);
  vi.advanceTimersByTime(121);
  expect(sent.map(([dueMs]) => Math.round(dueMs))).toEqual([0, 20, 40, 60, 80, 100, 120, 140, 160]);
  expect(sent.map(([, index]) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

it('stops at once, from within a frame too', () => {
  let sent = 0;
  const pacer = new Pacer((_dueMs, index) => {
    sent += 1;
    if (index === 2) pacer.stop();
  });
  pacer.start();
  vi.advanceTimersByTime(500);
  expect(sent).toBe(3);
  pacer.stop();
  pacer.start();
  expect(sent).toBe(4);
});
