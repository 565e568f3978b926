import { addDays, dayNumber, daysInMonth, weekdayOf } from '../calendar.ts';
import type { CivilDay } from '../calendar.ts';
import type { Found } from '../reading.ts';
import type { CivilTime } from '../slot-type.ts';
import { phraseAt, phrases, textAt } from '../tokens.ts';
import type { Token } from '../tokens.ts';
import { dayMeaning, dayOfMonthAt, monthDayAt, partOfDay } from './month-days.ts';
import type { DateRead } from './month-days.ts';
import type { DateMeaning } from '../meanings.ts';
import { cardinalAt, ordinalAt } from './numbers.ts';
import { findWrittenDates } from './written-dates.ts';
import type { DayOrder } from '../meanings.ts';

/** Dates in an utterance. Spoken forms are read here; what is then left goes to chrono, with the day of `now` as its reference: it reads no clock. */
export function findDates(tokens: readonly Token[], now: CivilTime, order: DayOrder): readonly Found<DateMeaning>[] {
  const today: CivilDay = { year: now.year, month: now.month, day: now.day };
  const found: Found<DateMeaning>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = dateAt(tokens, index, today);
    if (read === undefined) continue;
    found.push({ values: read.meanings, from: index, to: read.next, sure: read.sure });
    index = read.next - 1;
  }
  if (found.length === 0) found.push(...findWrittenDates(tokens, today, order));
  return found;
}

function dateAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  return offsetAt(tokens, index, today) ?? baseAt(tokens, index, today);
}

/** "A week from Tuesday", "two days after tomorrow", "in ten days", "the day after tomorrow". */
function offsetAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  const fixed = dayPhraseAt(tokens, index, today);
  if (fixed !== undefined) return fixed;
  const led = textAt(tokens, index) === 'in';
  const amount = daysAt(tokens, led ? index + 1 : index);
  if (amount === undefined) return undefined;
  const { days, months, next } = amount;
  if (led) return sureDay(shift(today, days, months), next);
  const tail = phraseAt(tokens, next, FROM_TODAY);
  if (tail !== undefined) return sureDay(shift(today, days, months), tail);
  const link = phraseAt(tokens, next, AFTER);
  if (link === undefined) return undefined;
  const base = baseAt(tokens, link, today);
  return base === undefined ? undefined : {
    meanings: base.meanings.map((meaning) => (meaning.kind === 'day' ? { ...meaning, day: shift(meaning.day, days, months) } : meaning)), next: base.next, sure: true,
  };
}

function baseAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  return dayPhraseAt(tokens, index, today) ?? weekdayAt(tokens, index, today) ?? monthDayAt(tokens, index, today) ?? dayOfMonthAt(tokens, index, today);
}

function dayPhraseAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  for (const [days, wordings] of DAY_PHRASES) {
    const next = phraseAt(tokens, index, wordings);
    if (next === undefined) continue;
    // "Today week", as the British say.
    return textAt(tokens, next) === 'week' ? sureDay(addDays(today, days + 7), next + 1) : sureDay(addDays(today, days), partOfDay(tokens, next));
  }
  return undefined;
}

/** "Friday", "this Friday", "next Friday" (of the week after this one), "Friday week", "the Friday after next". Weeks begin on Monday. */
function weekdayAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  let at = textAt(tokens, index) === 'on' ? index + 1 : index;
  const which = WHICH.get(textAt(tokens, at)) ?? WHICH.get(`${textAt(tokens, at)} ${textAt(tokens, at + 1)}`);
  if (which !== undefined) at += WHICH.has(textAt(tokens, at)) ? 1 : 2;
  else if (textAt(tokens, at) === 'the') at += 1;
  const weekday = WEEKDAYS.get(textAt(tokens, at));
  if (weekday === undefined) return undefined;
  at += 1;
  const exact = monthDayAfter(tokens, at, today);
  if (exact !== undefined) return exact;
  const coming = (weekday - weekdayOf(today) + 7) % 7;
  const more = phraseAt(tokens, at, AFTER_NEXT);
  if (more !== undefined) return sureDay(addDays(today, (coming === 0 ? 7 : coming) + 7), more);
  if (textAt(tokens, at) === 'week') return sureDay(addDays(today, coming + 7), at + 1);
  const nextWeek = phraseAt(tokens, at, NEXT_WEEK);
  if (which === 'next' || nextWeek !== undefined) {
    const monday = addDays(today, 7 - ((weekdayOf(today) + 6) % 7));
    const day = addDays(monday, (weekday + 6) % 7);
    // Where the same day of this week is still to come, people disagree on what "next" means.
    const disputed = nextWeek === undefined && dayNumber(day) - dayNumber(today) > 7;
    return { meanings: [{ kind: 'day', day, confidence: disputed ? 0.65 : 1 }], next: nextWeek ?? partOfDay(tokens, at), sure: true };
  }
  if (which === 'last') return sureDay(addDays(today, coming === 0 ? -7 : coming - 7), at);
  const days = which === 'coming' && coming === 0 ? 7 : coming;
  const next = partOfDay(tokens, at);
  if (days === 0 && which === undefined) return { meanings: [dayMeaning(today), dayMeaning(addDays(today, 7))], next, sure: true };
  return sureDay(addDays(today, days), next);
}

/** "Tuesday the 24th", "Tuesday, March 24th", and what recognition makes of a pause ("Tuesday. March 24th."): the date decides. */
function monthDayAfter(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  const mark = textAt(tokens, index);
  const at = mark === ',' ? index + 1 : index;
  if (mark === '.' || mark === ';') return monthDayAt(tokens, index + 1, today);
  return monthDayAt(tokens, at, today) ?? (ordinalAt(tokens, textAt(tokens, at) === 'the' ? at + 1 : at) === undefined ? undefined : dayOfMonthAt(tokens, at, today));
}

function daysAt(tokens: readonly Token[], index: number): { days: number; months: number; next: number } | undefined {
  const text = textAt(tokens, index);
  const couple = phraseAt(tokens, index, COUPLE);
  const amount = couple !== undefined ? { value: 2, next: couple } : text === 'a' || text === 'one' ? { value: 1, next: index + 1 } : cardinalAt(tokens, index);
  if (amount === undefined || amount.value > 3660) return undefined;
  const unit = textAt(tokens, amount.next);
  const days = UNIT_DAYS.get(unit);
  if (days !== undefined) return { days: days * amount.value, months: 0, next: amount.next + 1 };
  return /^months?$/.test(unit) ? { days: 0, months: amount.value, next: amount.next + 1 } : undefined;
}

function shift(day: CivilDay, days: number, months: number): CivilDay {
  const count = day.year * 12 + day.month - 1 + months;
  const year = Math.floor(count / 12);
  const month = (count % 12) + 1;
  return addDays({ year, month, day: Math.min(day.day, daysInMonth(year, month)) }, days);
}

function sureDay(day: CivilDay, next: number): DateRead {
  return { meanings: [dayMeaning(day)], next, sure: true };
}

export const WEEKDAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const WEEKDAYS: ReadonlyMap<string, number> = new Map([
  ...WEEKDAY_NAMES.flatMap((name, order): [string, number][] => [[name.toLowerCase(), order], [`${name.toLowerCase()}'s`, order]]),
  ['mon', 1], ['tue', 2], ['tues', 2], ['wed', 3], ['thu', 4], ['thur', 4], ['thurs', 4], ['fri', 5], ['wednsday', 3],
]);
type Which = 'this' | 'next' | 'coming' | 'last';
const WHICH: ReadonlyMap<string, Which> = new Map([['this', 'this'], ['next', 'next'], ['coming', 'coming'], ['last', 'last'], ['this coming', 'coming'], ['the coming', 'coming'], ['the next', 'next'], ['the following', 'next']]);
const AFTER_NEXT = phrases('after next');
const NEXT_WEEK = phrases('next week', 'of next week', 'the week after', 'the following week');
const COUPLE = phrases('a couple of', 'couple of', 'a couple');
const UNIT_DAYS: ReadonlyMap<string, number> = new Map([['day', 1], ['days', 1], ['week', 7], ['weeks', 7], ['fortnight', 14], ['fortnights', 14]]);
const AFTER = phrases('from', 'after', 'on from');
const FROM_TODAY = phrases('from now', 'from today', 'later', "' time", 'out', 'ahead');
const DAY_PHRASES: readonly (readonly [days: number, wordings: readonly (readonly string[])[]])[] = [
  [2, phrases('the day after tomorrow', 'day after tomorrow', 'the day after tomorrows', 'overmorrow')],
  [-2, phrases('the day before yesterday')],
  [-1, phrases('yesterday', 'last night')],
  [1, phrases('tomorrow', 'tomorrow\'s', 'tmrw')],
  [0, phrases('today', "today's", 'tonight', 'this morning', 'this afternoon', 'this evening')],
];
