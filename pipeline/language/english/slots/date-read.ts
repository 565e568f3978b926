import { addDays, dayNumber, weekdayOf } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import type { DateMeaning } from '../../../dialogue/slots/meanings.ts';
import { textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';

/** What a run of words says about a day, up to token `next`. */
export interface DateRead {
  readonly meanings: readonly DateMeaning[];
  readonly next: number;
  readonly sure: boolean;
  /** A day of the week, without a word on which of them; 0 is Sunday. */
  readonly weekday?: number;
  /** The Monday of a week that was named: "next week". Without meanings the week is all that was said. */
  readonly week?: CivilDay;
  /** So many weeks from now, when the day is not to be taken at its word: "Friday in two weeks". */
  readonly weeksAhead?: number;
  /** A day of the month without its month: "the 20th". */
  readonly dayOfMonth?: number;
  /** The month that was said with the day. */
  readonly month?: { readonly year: number; readonly month: number };
  /** Days that these words fit as well, if others speak for them. */
  readonly also?: readonly CivilDay[];
}

export function dayMeaning(day: CivilDay, confidence = 1): DateMeaning {
  return { kind: 'day', day, confidence };
}

export function sureDay(day: CivilDay, next: number): DateRead {
  return { meanings: [dayMeaning(day)], next, sure: true };
}

export function daysOf({ meanings }: DateRead): readonly CivilDay[] {
  return meanings.flatMap((meaning) => (meaning.kind === 'day' ? [meaning.day] : []));
}

export function isSameDay(a: CivilDay, b: CivilDay): boolean {
  return dayNumber(a) === dayNumber(b);
}

/** The Monday of the week of a day. Weeks begin on Monday. */
export function mondayOf(day: CivilDay): CivilDay {
  return addDays(day, -((weekdayOf(day) + 6) % 7));
}

export function inWeek(monday: CivilDay, weekday: number): CivilDay {
  return addDays(monday, (weekday + 6) % 7);
}

/** Days until the next such day of the week; 0 on the day itself. */
export function daysUntil(weekday: number, from: CivilDay): number {
  return (weekday - weekdayOf(from) + 7) % 7;
}

/** "Tomorrow morning" is one expression; the time takes its hint from it all the same. */
export function partOfDay(tokens: readonly Token[], index: number): number {
  return PARTS.has(textAt(tokens, index)) ? index + 1 : index;
}

const PARTS: ReadonlySet<string> = new Set(['morning', 'afternoon', 'evening', 'night']);
