import { Chrono, en } from 'chrono-node';
import type { ParsedResult } from 'chrono-node';
import { dayNumber, isDay } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import type { DayOrder } from '../../../dialogue/slots/meanings.ts';
import type { Found } from '../../../dialogue/slots/reading.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { dayMeaning } from './date-read.ts';
import type { DateMeaning } from '../../../dialogue/slots/meanings.ts';

/** Dates as text has them, "12/24", "2026-12-24": chrono's, with the noon of `today` as its reference, so that it reads no clock. */
export function findWrittenDates(tokens: readonly Token[], today: CivilDay, order: DayOrder): readonly Found<DateMeaning>[] {
  const text = textOf(tokens);
  if (!MAY_HOLD_DATE.test(text)) return [];
  // eslint-disable-next-line parley/purity -- a date of given parts; it reads no clock
  const reference = new Date(today.year, today.month - 1, today.day, 12);
  return longest(CHRONO[order].parse(text, reference).filter(isDate)).flatMap((result) => {
    const day = dayOf(result, today);
    const from = tokens.findIndex((token) => token.to > result.index);
    const end = tokens.findIndex((token) => token.from >= result.index + result.text.length);
    if (from < 0) return [];
    // "At the end of the month" may be some days before it.
    const confidence = /\bend of\b/i.test(result.text) ? 0.5 : 1;
    return [
      {
        values: [day === undefined ? { kind: 'no-such-date' as const } : dayMeaning(day, confidence)],
        from,
        to: end < 0 ? tokens.length : end,
        sure: true,
      },
    ];
  });
}

function isDate(result: ParsedResult): boolean {
  return MAY_HOLD_DATE.test(result.text) && result.start.get('day') !== null && !result.start.isCertain('hour');
}

function longest(results: readonly ParsedResult[]): readonly ParsedResult[] {
  return results.filter(
    (each) =>
      !results.some(
        (other) =>
          other !== each &&
          other.text.length > each.text.length &&
          other.index <= each.index &&
          each.index < other.index + other.text.length,
      ),
  );
}

/** The tokens at their places, so that indices are the utterance's own. */
function textOf(tokens: readonly Token[]): string {
  let text = '';
  for (const token of tokens) text += ' '.repeat(Math.max(0, token.from - text.length)) + token.raw;
  return text;
}

function dayOf(result: ParsedResult, today: CivilDay): CivilDay | undefined {
  const { start } = result;
  const day = { year: start.get('year') ?? 0, month: start.get('month') ?? 0, day: start.get('day') ?? 0 };
  if (!isDay(day)) return undefined;
  if (start.isCertain('year') || dayNumber(day) >= dayNumber(today)) return day;
  const later = { ...day, year: today.year + (day.month < today.month || (day.month === today.month && day.day < today.day) ? 1 : 0) };
  return isDay(later) ? later : undefined;
}

/** Only where digits stand with marks between them, or the end of a month is meant: chrono's readings of other words would take times and vague spans along. */
const MAY_HOLD_DATE = /\d{1,4}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{1,4}|\b\d{1,2}\/\d{1,2}\b|\bend of (the|this) month\b/i;
/** Without refiners: those join a date with its time, and each shall have its own words. */
const CHRONO: Readonly<Record<DayOrder, Chrono>> = {
  'month-day': new Chrono({ parsers: en.casual.parsers, refiners: [] }),
  'day-month': new Chrono({ parsers: en.GB.parsers, refiners: [] }),
};
