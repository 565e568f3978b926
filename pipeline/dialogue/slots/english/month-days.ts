import { dayNumber, daysInMonth, isDay } from '../calendar.ts';
import type { CivilDay } from '../calendar.ts';
import type { DateMeaning } from '../meanings.ts';
import { phraseAt, phrases, textAt } from '../tokens.ts';
import type { Token } from '../tokens.ts';
import { cardinalAt, ordinalAt } from './numbers.ts';

export interface DateRead {
  readonly meanings: readonly DateMeaning[];
  readonly next: number;
  readonly sure: boolean;
}

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
  const after = textAt(tokens, day.next) === 'of' ? day.next + 1 : day.next;
  const named = MONTHS.get(textAt(tokens, after));
  if (named === undefined || (textAt(tokens, after) === 'may' && after === day.next && !day.ordinal && !isDateMay(tokens, after))) return undefined;
  return dated(tokens, named, { ...day, next: after + 1 }, today);
}

/** "The third", "on the 21st": of this month, or of the next when it is over. */
export function dayOfMonthAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  const led = textAt(tokens, index) === 'on' ? index + 1 : index;
  const at = textAt(tokens, led) === 'the' ? led + 1 : led;
  const ordinal = ordinalAt(tokens, at);
  if (ordinal === undefined || ordinal.value < 1 || NOT_DAYS.has(textAt(tokens, ordinal.next))) return undefined;
  const sure = led > index || tokens[at]?.kind === 'number' || textAt(tokens, ordinal.next) === 'of';
  const named = phraseAt(tokens, ordinal.next, OF_MONTH);
  if (ordinal.value > 31) return { meanings: [{ kind: 'no-such-date' }], next: named ?? ordinal.next, sure: false };
  let { year, month } = today;
  const later = phraseAt(tokens, ordinal.next, OF_NEXT_MONTH);
  for (let tries = 0; tries < 12; tries += 1) {
    const passed = later === undefined ? ordinal.value < today.day && month === today.month && year === today.year : month === today.month && year === today.year;
    if (!passed && ordinal.value <= daysInMonth(year, month)) break;
    if (month === 12) year += 1;
    month = (month % 12) + 1;
  }
  return { meanings: [dayMeaning({ year, month, day: ordinal.value })], next: later ?? named ?? partOfDay(tokens, ordinal.next), sure };
}

function dated(tokens: readonly Token[], month: number, day: { value: number; next: number }, today: CivilDay): DateRead {
  const at = textAt(tokens, day.next) === ',' ? day.next + 1 : day.next;
  const yearToken = tokens[at];
  const said = yearToken?.kind === 'number' && /^20\d\d$/.test(yearToken.text) ? { value: Number(yearToken.text), next: at + 1 } : spokenYearAt(tokens, at);
  const next = said?.next ?? partOfDay(tokens, day.next);
  let year = said?.value ?? today.year;
  const candidate = { year, month, day: day.value };
  if (said === undefined && (!isDay(candidate) ? month < today.month : dayNumber(candidate) < dayNumber(today))) year += 1;
  // The 29th of February: the next year that has one.
  for (let tries = 0; said === undefined && month === 2 && day.value === 29 && tries < 8 && !isDay({ year, month, day: 29 }); tries += 1) year += 1;
  const whole = { year, month, day: day.value };
  return { meanings: [isDay(whole) ? dayMeaning(whole) : { kind: 'no-such-date' }], next, sure: true };
}

function spokenYearAt(tokens: readonly Token[], index: number): { value: number; next: number } | undefined {
  const first = cardinalAt(tokens, index);
  if (first === undefined || tokens[index]?.kind === 'number') return undefined;
  if (first.value >= 2000 && first.value < 2100) return first;
  const second = first.value === 20 ? cardinalAt(tokens, first.next) : undefined;
  return second !== undefined && second.value >= 20 && second.value < 100 ? { value: 2000 + second.value, next: second.next } : undefined;
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

export function dayMeaning(day: CivilDay): DateMeaning {
  return { kind: 'day', day, confidence: 1 };
}

/** "Tomorrow morning" is one expression; the time takes its hint from it all the same. */
export function partOfDay(tokens: readonly Token[], index: number): number {
  return PARTS.has(textAt(tokens, index)) ? index + 1 : index;
}

export const MONTH_NAMES = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;
const MONTHS: ReadonlyMap<string, number> = new Map([
  ...MONTH_NAMES.map((name, order): [string, number] => [name.toLowerCase(), order + 1]),
  ...(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, order): [string, number] => [name, order + 1])), ['sept', 9],
]);
const PARTS: ReadonlySet<string> = new Set(['morning', 'afternoon', 'evening', 'night']);
const NOT_DAYS: ReadonlySet<string> = new Set(['one', 'floor', 'time', 'room', 'option', 'choice', 'thing', 'street', 'avenue', 'person', 'quarter', 'name', 'place', 'meeting']);
const OF_MONTH = phrases('of this month', 'of the month', 'this month');
const OF_NEXT_MONTH = phrases('of next month', 'next month');
