import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  clockText,
  dayNumber,
  dayOfNumber,
  daysInMonth,
  isDay,
  isoDate,
  parseClock,
  parseIsoDate,
  weekdayOf,
} from './calendar.ts';

describe('the calendar', () => {
  it('agrees with the platform on every day number, weekday and ISO date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -300_000, max: 2_000_000 }), (days) => {
        const date = new Date(days * 86_400_000);
        const day = dayOfNumber(days);
        expect(day).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() });
        expect(dayNumber(day)).toBe(days);
        expect(weekdayOf(day)).toBe(date.getUTCDay());
        expect(isDay(day)).toBe(true);
      }),
    );
  });

  it('knows leap years', () => {
    expect([2024, 2026, 2000, 1900, 2100].map((year) => daysInMonth(year, 2))).toEqual([29, 28, 29, 28, 28]);
    expect(isoDate(addDays({ year: 2028, month: 2, day: 28 }, 1))).toBe('2028-02-29');
  });

  it('reads what it writes and refuses what is no day or time', () => {
    expect(parseIsoDate('2026-11-22')).toEqual({ year: 2026, month: 11, day: 22 });
    for (const wrong of ['2026-02-30', '2026-13-01', '26-01-01', '', 5, undefined]) expect(parseIsoDate(wrong)).toBeUndefined();
    expect(clockText(14 * 60 + 5)).toBe('14:05');
    expect(clockText(1441)).toBe('00:01');
    for (const wrong of ['24:00', '9:00', '12:60', 3, undefined]) expect(parseClock(wrong)).toBeUndefined();
  });
});
