import { addDays, dayNumber, isDay, weekdayOf } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import { phrases } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { dayMeaning, daysOf, daysUntil, inWeek, isSameDay, mondayOf } from './date-read.ts';
import type { DateRead } from './date-read.ts';
import { comingDay } from './month-days.ts';

export interface PlacedRead extends DateRead {
  readonly from: number;
  /** All tokens that it was read from; other words may lie between them. */
  readonly spans?: readonly (readonly [from: number, to: number])[];
}

export function spansOf({ spans, from, next }: PlacedRead): readonly (readonly [from: number, to: number])[] {
  return spans ?? [[from, next]];
}

/**
 * Makes one of what speaks of one day: "Friday night, November 27th", "next week, on Tuesday", "Friday in two weeks". Where two of
 * them contradict each other, both days are asked about. Alternatives and ranges stay apart: "the 20th or 21st of December".
 */
export function joinDates(tokens: readonly Token[], reads: readonly PlacedRead[], today: CivilDay): readonly PlacedRead[] {
  const joined: PlacedRead[] = [];
  for (const read of withSharedWords(tokens, reads, today)) {
    const last = joined.at(-1);
    const link = last === undefined ? 'apart' : linkOf(tokens, last.next, read.from);
    const one = last === undefined || link === 'apart' ? undefined : agreement(last, read, today) ?? (link === 'close' ? contradiction(last, read) : undefined);
    if (last === undefined || one === undefined) joined.push(read);
    else joined[joined.length - 1] = { ...one, ...placeOf(last, read, link === 'close'), spans: [...spansOf(last), ...spansOf(read), ...(link === 'close' ? [[last.from, read.next] as const] : [])] };
  }
  return joined;
}

/** Side by side, all of it; otherwise what says more, so that the words between are left for others. */
function placeOf(first: PlacedRead, second: PlacedRead, close: boolean): { from: number; next: number; sure: boolean } {
  if (close) return { from: first.from, next: second.next, sure: first.sure || second.sure };
  const named = second.weekday !== undefined || second.meanings.length === 0 ? first : second;
  return { from: named.from, next: named.next, sure: first.sure || second.sure };
}

/** `close`: nothing but small words lies between; `apart`: these are two days. */
function linkOf(tokens: readonly Token[], from: number, to: number): 'close' | 'loose' | 'apart' {
  const between = tokens.slice(from, to).map(({ text }) => text);
  if (between.some((text) => SEPARATES.has(text)) || RELATES.has(between.findLast((text) => !FILLERS.has(text)) ?? '')) return 'apart';
  return between.every((text) => FILLERS.has(text)) ? 'close' : 'loose';
}

/** "Friday or Saturday next week", "the 20th or the 21st of December": what is said of one holds for both. */
function withSharedWords(tokens: readonly Token[], reads: readonly PlacedRead[], today: CivilDay): readonly PlacedRead[] {
  const merged = reads.reduce<PlacedRead[]>((all, read) => {
    const last = all.at(-1);
    const inNamedWeek = last !== undefined && last.weekday !== undefined && read.meanings.length === 0 && linkOf(tokens, last.next, read.from) === 'close';
    const one = inNamedWeek ? agreement(last, read, today) : undefined;
    if (last !== undefined && one !== undefined) all[all.length - 1] = { ...one, from: last.from, next: read.next };
    else all.push(read);
    return all;
  }, []);
  return merged.map((read, index) => {
    const first = merged[index - 1];
    // "Monday to Friday" ends after it begins.
    if (first !== undefined && isRangeEnd(tokens, first, read)) return { ...read, meanings: [dayMeaning(addDays(daysOf(read)[0] ?? today, 7))] };
    const others = [[merged[index - 1], tokens.slice(merged[index - 1]?.next ?? 0, read.from)], [merged[index + 1], tokens.slice(read.next, merged[index + 1]?.from ?? 0)]] as const;
    for (const [other, between] of others) {
      if (other === undefined || between.length === 0 || !between.some(({ text }) => JOINS.has(text)) || !between.every(({ text }) => JOINS.has(text) || FILLERS.has(text))) continue;
      const day = read.dayOfMonth === undefined || other.month === undefined ? undefined : laterIn(other, read.dayOfMonth, other === first && between.some(({ text }) => RANGES.has(text)));
      if (day !== undefined && isDay(day)) return { ...read, meanings: [dayMeaning(day)], sure: true };
      if (read.weekday !== undefined && other.week !== undefined) return { ...read, meanings: [dayMeaning(inWeek(other.week, read.weekday))], week: other.week };
    }
    return read;
  });
}

/** A day of the month of `read`; the end of a range that began later in it is of the next one: "November 28th to the 3rd". */
function laterIn({ month, meanings }: PlacedRead, day: number, endsRange: boolean): CivilDay | undefined {
  const [begin] = meanings;
  if (month === undefined || begin?.kind !== 'day') return undefined;
  const isNext = endsRange && day <= begin.day.day;
  return isNext ? comingDay(day, addDays(begin.day, 1)) : { year: month.year, month: month.month, day };
}

function isRangeEnd(tokens: readonly Token[], first: PlacedRead, read: PlacedRead): boolean {
  const [from] = daysOf(first);
  const [to] = daysOf(read);
  const between = tokens.slice(first.next, read.from).map(({ text }) => text);
  const isRange = between.some((text) => RANGES.has(text)) && between.every((text) => RANGES.has(text) || FILLERS.has(text));
  return isRange && first.weekday !== undefined && read.weekday !== undefined && from !== undefined && to !== undefined && dayNumber(to) <= dayNumber(from);
}

/** The days on which both agree. */
function agreement(a: DateRead, b: DateRead, today: CivilDay): Omit<DateRead, 'next'> | undefined {
  return inNamedWeek(a, b) ?? inNamedWeek(b, a) ?? weeksAhead(a, b, today) ?? weeksAhead(b, a, today) ?? sameDay(a, b) ?? onWeekday(a, b) ?? onWeekday(b, a);
}

/** "Next week" and "Friday". */
function inNamedWeek(a: DateRead, b: DateRead): Omit<DateRead, 'next'> | undefined {
  const { week } = a;
  if (week === undefined || a.meanings.length > 0) return undefined;
  if (b.meanings.length === 0) return b.week !== undefined && isSameDay(b.week, week) ? { meanings: [], sure: true, week } : undefined;
  if (b.weekday !== undefined) return { meanings: [dayMeaning(inWeek(week, b.weekday))], sure: true, week };
  const within = [...daysOf(b), ...(b.also ?? [])].filter((day) => isSameDay(mondayOf(day), week));
  return within.length === 0 ? undefined : { meanings: within.map((day) => dayMeaning(day)), sure: true, week };
}

/** "Friday in two weeks": of the week two weeks from now, or two weeks from Friday? Mostly these are the same. */
function weeksAhead(a: DateRead, b: DateRead, today: CivilDay): Omit<DateRead, 'next'> | undefined {
  if (a.weeksAhead === undefined || b.weekday === undefined) return undefined;
  const ofWeek = inWeek(addDays(mondayOf(today), a.weeksAhead * 7), b.weekday);
  const fromDay = addDays(today, daysUntil(b.weekday, today) + a.weeksAhead * 7);
  const days = isSameDay(ofWeek, fromDay) ? [ofWeek] : [ofWeek, fromDay];
  return { meanings: days.map((day) => dayMeaning(day)), sure: true };
}

function sameDay(a: DateRead, b: DateRead): Omit<DateRead, 'next'> | undefined {
  const ofA = [...daysOf(a), ...(a.also ?? [])];
  const ofB = [...daysOf(b), ...(b.also ?? [])];
  const both = ofA.filter((day) => ofB.some((other) => isSameDay(day, other)));
  return both.length === 0 ? undefined : { meanings: both.map((day) => dayMeaning(day)), sure: true };
}

/** "Friday" and "November 27th", when that is one. "Friday the 25th" may be of a later month: then it is a guess. */
function onWeekday(a: DateRead, b: DateRead): Omit<DateRead, 'next'> | undefined {
  const { weekday } = a;
  if (weekday === undefined || b.weekday !== undefined || b.weeksAhead !== undefined) return undefined;
  const fits = [...daysOf(b), ...(b.also ?? [])].filter((day) => weekdayOf(day) === weekday);
  if (fits.length > 0) return { meanings: fits.map((day) => dayMeaning(day)), sure: true, ...(b.month === undefined ? {} : { month: b.month }) };
  const [first] = daysOf(b);
  if (first === undefined || b.dayOfMonth === undefined) return undefined;
  const later = comingDay(b.dayOfMonth, addDays(first, 1));
  return weekdayOf(later) === weekday ? { meanings: [dayMeaning(later, DOUBTFUL)], sure: true } : undefined;
}

/** "Sunday, December 5th" when that is a Saturday: the date, or that day of the week beside it. */
function contradiction(a: DateRead, b: DateRead): Omit<DateRead, 'next'> | undefined {
  if (a.meanings.length === 0 || b.meanings.length === 0) return doubted(a.meanings.length === 0 ? b : a);
  const wrong = [...a.meanings, ...b.meanings].find(({ kind }) => kind === 'no-such-date');
  if (wrong !== undefined) return { meanings: [wrong], sure: true };
  const weekday = a.weekday ?? b.weekday;
  const named = a.weekday === undefined ? b : a;
  const dated = named === a ? b : a;
  const [day] = daysOf(dated);
  const days = weekday === undefined || dated.weekday !== undefined || day === undefined ? [...daysOf(a), ...daysOf(b)] : [day, nearest(weekday, day)].toSorted((one, other) => dayNumber(one) - dayNumber(other));
  return { meanings: days.map((each) => dayMeaning(each, DOUBTFUL)), sure: true };
}

function doubted(read: DateRead): Omit<DateRead, 'next'> {
  return { ...read, meanings: read.meanings.map((meaning) => (meaning.kind === 'day' ? { ...meaning, confidence: DOUBTFUL } : meaning)) };
}

function nearest(weekday: number, day: CivilDay): CivilDay {
  const later = daysUntil(weekday, day);
  return addDays(day, later <= 3 ? later : later - 7);
}

/** Below what forms take unasked (`DOUBTFUL` of draft.ts). */
const DOUBTFUL = 0.5;
/** "Friday and Saturday", "Monday to Wednesday" are two days. */
const JOINS: ReadonlySet<string> = new Set(['or', 'and', 'to', '-', '–', 'until', 'till', 'through', 'maybe', 'perhaps']);
const RANGES: ReadonlySet<string> = new Set(['to', '-', '–', 'until', 'till', 'through']);
const SEPARATES: ReadonlySet<string> = new Set([...JOINS, 'either', 'but', 'if', 'not', 'leaving', 'leave', 'returning', 'back', 'otherwise', '|']);
/** Right before the second: "Friday after next week". */
const RELATES: ReadonlySet<string> = new Set(['after', 'before']);
const FILLERS: ReadonlySet<string> = new Set(phrases(
  ", . ; : ( ) ' on in at the a an that is that's which it it's would be so um uh er erm well i think guess for of being namely say you know morning afternoon evening night lunchtime noon please date day",
).flat());
