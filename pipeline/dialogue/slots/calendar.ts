import type { CivilTime } from './slot-type.ts';

/** A day of the proleptic Gregorian calendar; `month` 1 to 12. */
export interface CivilDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_SHIFT_DAYS = 719_468;
/** Days of 400 years, after which the calendar repeats. */
const ERA_DAYS = 146_097;

export function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

export function isDay(day: CivilDay): boolean {
  return day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= daysInMonth(day.year, day.month);
}

/** Days since 1970-01-01; years are counted from March, so that the leap day is a year's last. */
export function dayNumber(day: CivilDay): number {
  const year = day.month <= 2 ? day.year - 1 : day.year;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * ((day.month + 9) % 12) + 2) / 5) + day.day - 1;
  return era * ERA_DAYS + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - EPOCH_SHIFT_DAYS;
}

/** The inverse of `dayNumber`. */
export function dayOfNumber(days: number): CivilDay {
  const shifted = days + EPOCH_SHIFT_DAYS;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

export function addDays(day: CivilDay, days: number): CivilDay {
  return dayOfNumber(dayNumber(day) + days);
}

/** 0 is Sunday. */
export function weekdayOf(day: CivilDay): number {
  return (((dayNumber(day) + 4) % 7) + 7) % 7;
}

export function isoDate(day: CivilDay): string {
  return `${String(day.year).padStart(4, '0')}-${twoDigits(day.month)}-${twoDigits(day.day)}`;
}

/** The day of an ISO 8601 date, or undefined when there is no such day. */
export function parseIsoDate(text: unknown): CivilDay | undefined {
  const match = typeof text === 'string' ? ISO_DATE.exec(text) : null;
  if (match === null) return undefined;
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  return day.year >= 1000 && isDay(day) ? day : undefined;
}

/** 24 h; `minutes` since midnight, wrapping over days. */
export function clockText(minutes: number): string {
  const inDay = ((Math.round(minutes) % 1440) + 1440) % 1440;
  return `${twoDigits(Math.floor(inDay / 60))}:${twoDigits(inDay % 60)}`;
}

/** Minutes since midnight of 'HH:MM', or undefined. */
export function parseClock(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) : null;
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

export function minutesOf(now: CivilTime): number {
  return now.hour * 60 + now.minute;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
