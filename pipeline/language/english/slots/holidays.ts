import { addDays, dayNumber } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import { phraseAt, phrases } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { daysUntil, sureDay } from './date-read.ts';
import type { DateRead } from './date-read.ts';

/** Days that are called by a name, of this year or, once over, of the next. */
export function holidayAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  let longest: DateRead | undefined;
  for (const { of, named } of HOLIDAYS) {
    const next = phraseAt(tokens, index, named);
    if (next === undefined || next <= (longest?.next ?? 0)) continue;
    const day = of(today.year);
    longest = sureDay(dayNumber(day) < dayNumber(today) ? of(today.year + 1) : day, next);
  }
  return longest;
}

interface Holiday {
  readonly of: (year: number) => CivilDay;
  readonly named: readonly (readonly string[])[];
}

const on = (month: number, day: number, ...names: readonly string[]): Holiday => ({
  of: (year) => ({ year, month, day }),
  named: phrases(...names, ...names.map((name) => `on ${name}`)),
});

/** The fourth Thursday of November. */
function thanksgiving(year: number): CivilDay {
  const first = { year, month: 11, day: 1 };
  return addDays(first, daysUntil(4, first) + 21);
}

const HOLIDAYS: readonly Holiday[] = [
  on(12, 25, 'christmas', 'christmas day'),
  on(12, 24, 'christmas eve'),
  on(12, 26, 'boxing day'),
  on(12, 31, "new year's eve", 'new years eve'),
  on(1, 1, "new year's day", 'new years day', "new year's"),
  on(10, 31, 'halloween'),
  on(2, 14, "valentine's day", 'valentines day'),
  on(7, 4, 'independence day'),
  { of: thanksgiving, named: phrases('thanksgiving', 'on thanksgiving', 'thanksgiving day') },
];
