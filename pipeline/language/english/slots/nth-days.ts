import { addDays, dayNumber, daysInMonth } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import type { DateMeaning } from '../../../dialogue/slots/meanings.ts';
import { phraseAt, phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { dayMeaning, daysOf, daysUntil, sureDay } from './date-read.ts';
import type { DateRead } from './date-read.ts';
import { MONTHS, monthAt, yearAt } from './month-days.ts';
import { ordinalAt } from './numbers.ts';
import { WEEKDAYS } from './weekdays.ts';
import type { ReadBase } from './weekdays.ts';

/** "The second Sunday of December", "the last Friday in November", "first Monday next month", "the last day of the month". */
export function nthDayAt(tokens: readonly Token[], index: number, today: CivilDay, base: ReadBase): DateRead | undefined {
  let at = textAt(tokens, index) === 'on' ? index + 1 : index;
  if (textAt(tokens, at) === 'the') at += 1;
  const place = placeAt(tokens, at);
  const weekday = place === undefined ? undefined : WEEKDAYS.get(textAt(tokens, place.next));
  const isDay = place !== undefined && textAt(tokens, place.next) === 'day';
  if (place === undefined || (weekday === undefined && !isDay)) return undefined;
  const named = scopeAt(tokens, place.next + 1, today);
  if (named !== undefined) return inMonth(named, { place: place.value, weekday, today });
  return weekday === undefined || place.value < 1
    ? undefined
    : (afterBase(tokens, place.next + 1, { place: place.value, weekday, base }) ??
        fromNow(place.next + 1, { place: place.value, weekday, today }));
}

/** 1 for the first, -1 for the last, -2 for the one before it. */
function placeAt(tokens: readonly Token[], index: number): { value: number; next: number } | undefined {
  const fromEnd = phraseAt(tokens, index, LAST_BUT_ONE);
  if (fromEnd !== undefined) return { value: -2, next: fromEnd };
  if (LAST.has(textAt(tokens, index))) return { value: -1, next: index + 1 };
  const ordinal = ordinalAt(tokens, index);
  return ordinal !== undefined && ordinal.value >= 1 && ordinal.value <= 5 ? ordinal : undefined;
}

interface Scope {
  readonly year: number;
  readonly month: number;
  readonly next: number;
  /** "Of the month", "of December": the next one that has the day still before it. */
  readonly open: 'month' | 'year' | undefined;
}

function scopeAt(tokens: readonly Token[], index: number, today: CivilDay): Scope | undefined {
  const at = /^(?:of|in)$/.test(textAt(tokens, index)) ? index + 1 : index;
  const month = MONTHS.get(textAt(tokens, at));
  if (month !== undefined) {
    const year = yearAt(tokens, at + 1, today);
    return {
      year: year?.value ?? (month < today.month ? today.year + 1 : today.year),
      month,
      next: year?.next ?? at + 1,
      open: year === undefined ? 'year' : undefined,
    };
  }
  return monthAt(tokens, at, today);
}

interface Nth {
  readonly place: number;
  readonly weekday: number | undefined;
  readonly today: CivilDay;
}

function inMonth({ year, month, next, open }: Scope, { place, weekday, today }: Nth): DateRead {
  const first = dayIn({ year, month }, place, weekday);
  const isOver = open !== undefined && (first === undefined || dayNumber(first) < dayNumber(today));
  if (!isOver) return { meanings: [first === undefined ? NO_SUCH : dayMeaning(first)], next, sure: true };
  const later = open === 'year' ? { year: year + 1, month } : { year: month === 12 ? year + 1 : year, month: (month % 12) + 1 };
  const day = dayIn(later, place, weekday);
  return {
    meanings: [day === undefined ? NO_SUCH : dayMeaning(day, GUESS)],
    next,
    sure: true,
    ...(first === undefined ? {} : { also: [first] }),
  };
}

function dayIn({ year, month }: { year: number; month: number }, place: number, weekday: number | undefined): CivilDay | undefined {
  const length = daysInMonth(year, month);
  const first = { year, month, day: 1 };
  const step = weekday === undefined ? 1 : 7;
  const start = weekday === undefined ? 1 : 1 + daysUntil(weekday, first);
  const end = start + Math.floor((length - start) / step) * step;
  const day = place > 0 ? start + (place - 1) * step : end + (place + 1) * step;
  return day >= 1 && day <= length ? { year, month, day } : undefined;
}

/** "The first Friday after the 20th". */
function afterBase(
  tokens: readonly Token[],
  index: number,
  { place, weekday, base }: { place: number; weekday: number; base: ReadBase },
): DateRead | undefined {
  const read = base(tokens, phraseAt(tokens, index, AFTER) ?? tokens.length);
  const [day] = read === undefined ? [] : daysOf(read);
  if (read === undefined || day === undefined) return undefined;
  const next = addDays(day, 1);
  return sureDay(addDays(next, daysUntil(weekday, next) + (place - 1) * 7), read.next);
}

/** "The second Friday": from now on, or of a month? */
function fromNow(next: number, { place, weekday, today }: { place: number; weekday: number; today: CivilDay }): DateRead {
  const counted = addDays(today, daysUntil(weekday, today) + (place - 1) * 7);
  const ofThis = dayIn(today, place, weekday);
  const ofNext = dayIn({ year: today.month === 12 ? today.year + 1 : today.year, month: (today.month % 12) + 1 }, place, weekday);
  const ofMonth = ofThis !== undefined && dayNumber(ofThis) >= dayNumber(today) ? ofThis : ofNext;
  return { meanings: [counted, ...(ofMonth === undefined ? [] : [ofMonth])].map((day) => dayMeaning(day, GUESS)), next, sure: true };
}

const NO_SUCH: DateMeaning = { kind: 'no-such-date' };
/** Low enough for the form to ask. */
const GUESS = 0.5;
const LAST: ReadonlySet<string> = new Set(['last', 'final']);
const LAST_BUT_ONE = phrases('second to last', 'next to last', 'second last', 'last but one', 'penultimate');
const AFTER = phrases('after', 'following');
