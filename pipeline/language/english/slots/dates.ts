import { addDays, daysInMonth, isDay } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import type { DateMeaning, DayOrder } from '../../../dialogue/slots/meanings.ts';
import type { Found } from '../../../dialogue/slots/reading.ts';
import type { CivilTime } from '../../../dialogue/slots/slot-type.ts';
import { phraseAt, phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { dayMeaning, partOfDay, sureDay } from './date-read.ts';
import type { DateRead } from './date-read.ts';
import { joinDates } from './join-dates.ts';
import type { PlacedRead } from './join-dates.ts';
import { dateSureness, isNegated } from './date-words.ts';
import { holidayAt } from './holidays.ts';
import { dayOfMonthAt, monthDayAt } from './month-days.ts';
import { nthDayAt } from './nth-days.ts';
import { cardinalAt } from './numbers.ts';
import { weekAt, weekdayAt } from './weekdays.ts';
import { findWrittenDates } from './written-dates.ts';

/**
 * Dates in an utterance. Spoken forms are read here, dates in figures by chrono, with the day of `now` as its reference: it reads
 * no clock. What speaks of one day is joined; words about days that no reading accounts for make all of them doubtful.
 */
export function findDates(tokens: readonly Token[], now: CivilTime, order: DayOrder): readonly Found<DateMeaning>[] {
  const today: CivilDay = { year: now.year, month: now.month, day: now.day };
  const spoken: PlacedRead[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = dateAt(tokens, index, today);
    if (read === undefined) continue;
    if (!isNegated(tokens, index)) spoken.push({ ...read, from: index });
    index = read.next - 1;
    const end = dayAfterAt(tokens, read);
    if (end === undefined) continue;
    spoken.push(end);
    index = end.next - 1;
  }
  const written = findWrittenDates(tokens, today, order).filter(({ from, to }) => spoken.every((read) => to <= read.from || from >= read.next));
  const reads = [...spoken, ...written.map(({ values, from, to }): PlacedRead => ({ meanings: values, from, next: to, sure: true }))].toSorted((a, b) => a.from - b.from);
  const joined = joinDates(tokens, reads, today);
  return joined.filter(({ meanings }) => meanings.length > 0).map((read) => {
    const sureness = dateSureness(tokens, read, joined);
    const values = read.meanings.map((meaning) => (meaning.kind === 'day' ? { ...meaning, confidence: Math.min(meaning.confidence, sureness) } : meaning));
    return { values, from: read.from, to: read.next, sure: read.sure };
  });
}

/** "November 20 - 22", "November 20 or 21". */
function dayAfterAt(tokens: readonly Token[], { month, next }: DateRead): PlacedRead | undefined {
  const token = tokens[next + 1];
  const after = tokens[next + 2];
  const day = month && { ...month, day: Number(token?.text) };
  if (day === undefined || token?.kind !== 'number' || token.text.length > 2 || !/^(?:-|–|to|or|and)$/.test(textAt(tokens, next)) || !isDay(day)) return undefined;
  return after === undefined || /^[,.;!?]$/.test(after.text) ? { meanings: [dayMeaning(day)], from: next + 1, next: next + 2, sure: true } : undefined;
}

function dateAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  return offsetAt(tokens, index, today) ?? weekAt(tokens, index, today) ?? baseAt(tokens, index, today);
}

function baseAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  const base = (_: readonly Token[], at: number): DateRead | undefined => dayPhraseAt(tokens, at, today) ?? holidayAt(tokens, at, today) ?? monthDayAt(tokens, at, today) ?? dayOfMonthAt(tokens, at, today);
  return nthDayAt(tokens, index, today, base) ?? weekdayAt(tokens, index, today, base) ?? base(tokens, index);
}

/** "A week from Tuesday", "two days before the 20th", "a week on Friday", "in ten days", "the day after tomorrow". */
function offsetAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  const fixed = dayPhraseAt(tokens, index, today);
  if (fixed !== undefined) return fixed;
  const led = textAt(tokens, index) === 'in';
  const amount = daysAt(tokens, led ? index + 1 : index);
  // "For a week from Friday" begins on Friday.
  if (amount === undefined || textAt(tokens, index - 1) === 'for') return undefined;
  const { days, months, weeks, next } = amount;
  const tail = phraseAt(tokens, next, FROM_TODAY) ?? (led ? next : undefined);
  if (tail !== undefined) return { ...sureDay(shift(today, days, months), tail), ...(weeks ? { weeksAhead: days / 7 } : {}) };
  const back = phraseAt(tokens, next, BEFORE);
  const link = back ?? phraseAt(tokens, next, AFTER) ?? (weeks ? phraseAt(tokens, next, ON) ?? next : undefined);
  const base = link === undefined ? undefined : baseAt(tokens, link, today);
  const sign = back === undefined ? 1 : -1;
  return base === undefined || base.meanings.length === 0 ? undefined : {
    meanings: base.meanings.map((meaning) => (meaning.kind === 'day' ? { ...meaning, day: shift(meaning.day, sign * days, sign * months) } : meaning)), next: base.next, sure: true,
  };
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

function daysAt(tokens: readonly Token[], index: number): { days: number; months: number; weeks: boolean; next: number } | undefined {
  const text = textAt(tokens, index);
  const couple = phraseAt(tokens, index, COUPLE);
  const one = text === 'a' || text === 'one' || (text === 'the' && textAt(tokens, index + 1) === 'day');
  const amount = couple !== undefined ? { value: 2, next: couple } : one ? { value: 1, next: index + 1 } : cardinalAt(tokens, index);
  if (amount === undefined || amount.value > 3660) return undefined;
  const unit = textAt(tokens, amount.next);
  const days = UNIT_DAYS.get(unit);
  if (days !== undefined) return { days: days * amount.value, months: 0, weeks: days > 1, next: amount.next + 1 };
  return /^months?$/.test(unit) ? { days: 0, months: amount.value, weeks: false, next: amount.next + 1 } : undefined;
}

function shift(day: CivilDay, days: number, months: number): CivilDay {
  const count = day.year * 12 + day.month - 1 + months;
  const year = Math.floor(count / 12);
  const month = (count % 12) + 1;
  return addDays({ year, month, day: Math.min(day.day, daysInMonth(year, month)) }, days);
}

const COUPLE = phrases('a couple of', 'couple of', 'a couple');
const UNIT_DAYS: ReadonlyMap<string, number> = new Map([['day', 1], ['days', 1], ['week', 7], ['weeks', 7], ['fortnight', 14], ['fortnights', 14]]);
const AFTER = phrases('from', 'after', 'on from', 'following');
const BEFORE = phrases('before', 'prior to', 'ahead of');
const ON = phrases('on', 'this');
const FROM_TODAY = phrases('from now', 'from today', 'later', "' time", 'out', 'ahead', 'hence');
const DAY_PHRASES: readonly (readonly [days: number, wordings: readonly (readonly string[])[]])[] = [
  [2, phrases('the day after tomorrow', 'day after tomorrow', 'the day after tomorrows', 'overmorrow')],
  [-2, phrases('the day before yesterday')],
  [-1, phrases('yesterday', 'last night')],
  [1, phrases('tomorrow', 'tomorrow\'s', 'tmrw')],
  [0, phrases('today', "today's", 'tonight', 'this morning', 'this afternoon', 'this evening')],
];
