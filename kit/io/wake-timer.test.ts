import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ms } from '#domain/units';
import { WakeTimer } from './wake-timer.ts';

const clock = { nowMs: () => ms(performance.now()) };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function armed(...dueMs: (number | undefined)[]): { readonly timer: WakeTimer; readonly woken: number[] } {
  const startMs = clock.nowMs();
  const woken: number[] = [];
  const timer = new WakeTimer(clock, () => woken.push(clock.nowMs() - startMs));
  for (const due of dueMs) timer.arm(due === undefined ? undefined : ms(startMs + due));
  return { timer, woken };
}

describe('the timer of a shell', () => {
  it('wakes once, when it is due, and not again by itself', () => {
    const { woken } = armed(100);
    vi.advanceTimersByTime(99);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(woken).toEqual([100]);
  });

  it('wakes at the deadline that it was given last, earlier or later', () => {
    const earlier = armed(100, 50);
    const later = armed(100, 250);
    vi.advanceTimersByTime(10_000);
    expect([earlier.woken, later.woken]).toEqual([[50], [250]]);
  });

  it('sets no new timer where the deadline has moved on, as it does with every packet', () => {
    const { timer } = armed(100);
    const set = vi.spyOn(globalThis, 'setTimeout');
    for (let i = 0; i < 1_000; i += 1) timer.arm(ms(clock.nowMs() + 100 + i));
    expect(set).not.toHaveBeenCalled();
  });

  it('is never early, even where the system is', () => {
    const { woken } = armed(100.4);
    vi.advanceTimersByTime(100);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(woken).toEqual([101]);
  });

  it('wakes at once for what is overdue, but not within the call', () => {
    const { woken } = armed(-5);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(woken).toHaveLength(1);
  });

  it('leaves nothing behind when nothing is due, or it is cancelled', () => {
    const none = armed(100, undefined);
    const cancelled = armed(100);
    cancelled.timer.cancel();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect([none.woken, cancelled.woken]).toEqual([[], []]);
  });

  it('waits for a deadline farther away than a timer of the system can count', () => {
    const { woken } = armed(2 ** 31 + 5_000);
    vi.advanceTimersByTime(2 ** 31);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect(woken).toEqual([2 ** 31 + 5_000]);
  });

  it('may be armed again while it wakes', () => {
    const startMs = clock.nowMs();
    const woken: number[] = [];
    const timer: WakeTimer = new WakeTimer(clock, () => {
      woken.push(clock.nowMs() - startMs);
      if (woken.length < 3) timer.arm(ms(clock.nowMs() + 20));
    });
    timer.arm(ms(startMs + 20));
    vi.advanceTimersByTime(1_000);
    expect(woken).toEqual([20, 40, 60]);
  });
});
