import { dayNumber, daysInMonth, isDay } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import { phraseAt, phrases, skipHyphen, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { dayMeaning, partOfDay } from './date-read.ts';
import type { DateRead } from './date-read.ts';
import { cardinalAt, ordinalAt } from './numbers.ts';

/** "March the twenty first", "the 21st of March", "March 21, 2027", "21 March". */
export function monthDayAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  let at = textAt(tokens, index) === 'on' ? index + 1 : index;
  if (textAt(tokens, at) === 'the') at += 1;
  const month = MONTHS.get(textAt(tokens, at));
  if (month !== undefined) {
    const after = textAt(tokens, at + 1) === '.' ? at + 2 : at + 1;
    const day = dayNumberAt(tokens, textAt(tokens, after) === 'the' ? after + 1 : after);
    return day === undefined ? undefined : dated(tokens, month, day, today);
  }
  const day = dayNumberAt(tokens, at);
  if (day === undefined) return undefined;
  const after = textAt(tokens, day.next) === 'of' ? day.next + 1 : skipHyphen(tokens, day.next);
  const named = MONTHS.get(textAt(tokens, after));
  if (named === undefined || (textAt(tokens, after) === 'may' && after === day.next && !day.ordinal && !isDateMay(tokens, after))) return undefined;
  return dated(tokens, named, { ...day, next: after + 1 }, today);
}

/** "The third", "on the 21st": of this month, or of the next when it is over; "the 2nd of this month", "the 15th of next month". */
export function dayOfMonthAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  const led = textAt(tokens, index) === 'on' ? index + 1 : index;
  const at = textAt(tokens, led) === 'the' ? led + 1 : led;
  const day = ordinalAt(tokens, at) ?? (at > led ? plainDayAt(tokens, at) : undefined);
  if (day === undefined || day.value < 1 || NOT_DAYS.has(textAt(tokens, textAt(tokens, day.next) === 'to' ? day.next + 1 : day.next))) return undefined;
  const of = textAt(tokens, day.next) === 'of';
  const scope = monthAt(tokens, of ? day.next + 1 : day.next, today);
  // "The second of my questions" is no day.
  if (of && scope === undefined) return undefined;
  const sure = led > index || (tokens[at]?.kind === 'number' && ordinalAt(tokens, at) !== undefined) || scope !== undefined;
  if (day.value > 31) return { meanings: [{ kind: 'no-such-date' }], next: scope?.next ?? day.next, sure: false };
  if (scope !== undefined && scope.open === undefined) {
    const whole = { year: scope.year, month: scope.month, day: day.value };
    return { meanings: [isDay(whole) ? dayMeaning(whole) : { kind: 'no-such-date' }], next: scope.next, sure: true, month: scope };
  }
  return { meanings: [dayMeaning(comingDay(day.value, today))], next: scope?.next ?? partOfDay(tokens, day.next), sure, ...(scope === undefined ? { dayOfMonth: day.value } : {}) };
}

/** The next day of that number, in a month that has it. */
export function comingDay(day: number, from: CivilDay): CivilDay {
  let { year, month } = from;
  for (let tries = 0; tries < 12 && ((day < from.day && month === from.month && year === from.year) || day > daysInMonth(year, month)); tries += 1) {
    if (month === 12) year += 1;
    month = (month % 12) + 1;
  }
  return { year, month, day };
}

/** "The 27" with nothing counted behind it. */
function plainDayAt(tokens: readonly Token[], index: number): { value: number; next: number } | undefined {
  const token = tokens[index];
  const isEnd = tokens[index + 1] === undefined || /^(?:[,.;!?]|of|please)$/.test(textAt(tokens, index + 1));
  const value = Number(token?.text);
  return token?.kind === 'number' && isEnd && !(tokens[index + 2]?.kind === 'number' && touches(tokens, index)) && value >= 1 && value <= 31 ? { value, next: index + 1 } : undefined;
}

/** "This month", "next month", "the month"; `open`: the one in which the day is still to come. */
export function monthAt(tokens: readonly Token[], index: number, today: CivilDay): { year: number; month: number; next: number; open: 'month' | undefined } | undefined {
  for (const [months, open, wordings] of MONTHS_AWAY) {
    const next = phraseAt(tokens, index, wordings);
    const count = today.year * 12 + today.month - 1 + months;
    if (next !== undefined) return { year: Math.floor(count / 12), month: (count % 12) + 1, next, open };
  }
  return undefined;
}

function dated(tokens: readonly Token[], month: number, day: { value: number; next: number }, today: CivilDay): DateRead {
  const said = yearAt(tokens, day.next, today);
  const next = said?.next ?? partOfDay(tokens, day.next);
  let year = said?.value ?? today.year;
  const candidate = { year, month, day: day.value };
  const isOver = said === undefined && (!isDay(candidate) ? month < today.month : dayNumber(candidate) < dayNumber(today));
  if (isOver) year += 1;
  // The 29th of February: the next year that has one.
  for (let tries = 0; said === undefined && month === 2 && day.value === 29 && tries < 8 && !isDay({ year, month, day: 29 }); tries += 1) year += 1;
  const whole = { year, month, day: day.value };
  return { meanings: [isDay(whole) ? dayMeaning(whole) : { kind: 'no-such-date' }], next, sure: true, month: { year, month }, ...(isOver && isDay(candidate) ? { also: [candidate] } : {}) };
}

/** "2027", "of 2027", "twenty twenty seven", "nineteen eighty five", "next year". */
export function yearAt(tokens: readonly Token[], index: number, today: CivilDay): { value: number; next: number } | undefined {
  const comma = textAt(tokens, index) === ',' ? index + 1 : index;
  const at = /^(?:of|in|-)$/.test(textAt(tokens, comma)) ? comma + 1 : comma;
  for (const [years, wordings] of YEARS_AWAY) {
    const next = phraseAt(tokens, at, wordings);
    if (next !== undefined) return { value: today.year + years, next };
  }
  const token = tokens[at];
  if (token?.kind === 'number') return /^(?:19|20)\d\d$/.test(token.raw) ? { value: Number(token.text), next: at + 1 } : undefined;
  return spokenYearAt(tokens, at);
}

function spokenYearAt(tokens: readonly Token[], index: number): { value: number; next: number } | undefined {
  const first = cardinalAt(tokens, index);
  if (first === undefined || tokens[index]?.kind === 'number') return undefined;
  if (first.value >= 2000 && first.value < 2100) return first;
  const second = first.value === 20 || first.value === 19 ? cardinalAt(tokens, first.next) : undefined;
  // "Nineteen thirty" may be a time; "twenty ten" is hardly ever one behind a day.
  const least = first.value === 19 ? 60 : 20;
  return second !== undefined && second.value >= least && second.value < 100 ? { value: first.value * 100 + second.value, next: second.next } : undefined;
}

function dayNumberAt(tokens: readonly Token[], index: number): { value: number; next: number; ordinal: boolean } | undefined {
  const ordinal = ordinalAt(tokens, index);
  if (ordinal !== undefined) return { ...ordinal, ordinal: true };
  const token = tokens[index];
  if (token?.kind === 'number' && (token.text.length > 2 || textAt(tokens, index + 1) === ':')) return undefined;
  const cardinal = cardinalAt(tokens, index);
  return cardinal !== undefined && cardinal.value >= 1 && cardinal.value < 100 ? { ...cardinal, ordinal: false } : undefined;
}

function isDateMay(tokens: readonly Token[], index: number): boolean {
  return index + 1 >= tokens.length || tokens[index + 1]?.kind === 'mark' || tokens[index]?.raw.startsWith('M') === true;
}

export const MONTH_NAMES = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;
export const MONTHS: ReadonlyMap<string, number> = new Map([
  ...MONTH_NAMES.map((name, order): [string, number] => [name.toLowerCase(), order + 1]),
  ...(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, order): [string, number] => [name, order + 1])), ['sept', 9],
]);
/** Of "the second week", "the first floor". */
const NOT_DAYS: ReadonlySet<string> = new Set([
  'one', 'floor', 'time', 'room', 'option', 'choice', 'thing', 'street', 'avenue', 'person', 'quarter', 'name', 'place', 'meeting', 'week', 'weekend', 'month', 'half', 'day', 'class', 'part', 'last', 'year',
  'hour', 'table', 'guest', 'night', 'available', 'possible', 'birthday', 'anniversary', 'thirds', 'third', 'number', 'door', 'page', 'try', 'row', 'seat',
]);
const MONTHS_AWAY: readonly (readonly [months: number, open: 'month' | undefined, wordings: readonly (readonly string[])[]])[] = [
  [0, undefined, phrases('this month', 'the current month')], [1, undefined, phrases('next month', 'the next month', 'the following month', 'the coming month')], [-1, undefined, phrases('last month', 'the last month')],
  [2, undefined, phrases('the month after next')], [0, 'month', phrases('the month')],
];
const YEARS_AWAY: readonly (readonly [years: number, wordings: readonly (readonly string[])[]])[] = [
  [1, phrases('next year', 'the next year', 'the following year')], [0, phrases('this year')], [-1, phrases('last year')],
];
