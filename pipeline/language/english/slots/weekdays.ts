import { addDays, dayNumber } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import { phraseAt, phrases, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { dayMeaning, daysOf, daysUntil, inWeek, mondayOf, partOfDay, sureDay } from './date-read.ts';
import type { DateRead } from './date-read.ts';
import { comingDay } from './month-days.ts';

/** Reads a day that another is counted from: "the Friday after the 20th". */
export type ReadBase = (tokens: readonly Token[], index: number) => DateRead | undefined;

/** "Friday", "this Friday", "next Friday" (of the week after this one), "Friday week", "the Friday after next", "the Friday after the 20th". */
export function weekdayAt(tokens: readonly Token[], index: number, today: CivilDay, base: ReadBase): DateRead | undefined {
  let at = textAt(tokens, index) === 'on' ? index + 1 : index;
  const which = WHICH.get(textAt(tokens, at)) ?? WHICH.get(`${textAt(tokens, at)} ${textAt(tokens, at + 1)}`);
  if (which !== undefined) at += WHICH.has(textAt(tokens, at)) ? 1 : 2;
  else if (textAt(tokens, at) === 'the') at += 1;
  const weekday = WEEKDAYS.get(textAt(tokens, at)) ?? (tokens[at + 1]?.kind === 'number' ? SHORT.get(textAt(tokens, at)) : undefined);
  if (weekday === undefined) return undefined;
  at += 1;
  const coming = daysUntil(weekday, today);
  const more = phraseAt(tokens, at, AFTER_NEXT);
  if (more !== undefined && !WEEKDAYS.has(textAt(tokens, more)) && !/^(?:week|month)$/.test(textAt(tokens, more))) return sureDay(addDays(today, (coming === 0 ? 7 : coming) + 7), more);
  const related = which === undefined ? relatedTo(tokens, at, { weekday, today, base }) : undefined;
  if (related !== undefined) return related;
  const later = weekAt(tokens, at, today) === undefined ? WEEKS_LATER.get(textAt(tokens, at)) : undefined;
  if (later !== undefined) return sureDay(addDays(today, coming + later), at + 1);
  return (which === undefined ? numberedDay(tokens, at, weekday, today) : undefined) ?? whichOf(tokens, at, { weekday, which, coming, today });
}

interface Named {
  readonly weekday: number;
  readonly which: Which | undefined;
  readonly coming: number;
  readonly today: CivilDay;
}

function whichOf(tokens: readonly Token[], at: number, { weekday, which, coming, today }: Named): DateRead {
  const next = partOfDay(tokens, at);
  switch (which) {
    case 'next': {
      const day = inWeek(addDays(mondayOf(today), 7), weekday);
      // Where the same day of this week is still to come, people disagree on what "next" means.
      const disputed = dayNumber(day) - dayNumber(today) > 7;
      return { meanings: [dayMeaning(day, disputed ? 0.65 : 1)], next, sure: true, ...(disputed ? { also: [addDays(day, -7)] } : {}) };
    }
    // "The last Friday" may be that of the month.
    case 'last':
    case 'the last': return { meanings: [dayMeaning(addDays(today, coming === 0 ? -7 : coming - 7), which === 'last' ? 1 : 0.5)], next, sure: true };
    case 'coming': return sureDay(addDays(today, coming === 0 ? 7 : coming), next);
    case 'this': return sureDay(addDays(today, coming), next);
    case undefined: return { meanings: coming === 0 ? [dayMeaning(today), dayMeaning(addDays(today, 7))] : [dayMeaning(addDays(today, coming))], next, sure: true, weekday };
  }
}

/** "Sunday 22", "Sunday 8, 17:00": the day of the month, if it is such a day and no hour. */
function numberedDay(tokens: readonly Token[], index: number, weekday: number, today: CivilDay): DateRead | undefined {
  const token = tokens[index];
  const after = tokens[index + 1];
  const value = Number(token?.text);
  if (token?.kind !== 'number' || token.text.length > 2 || value < 1 || value > 31) return undefined;
  const beforeTime = after?.kind === 'number' || textAt(tokens, index + 1) === 'at' || (textAt(tokens, index + 1) === ',' && tokens[index + 2]?.kind === 'number');
  const isEnd = after === undefined || /^[.;!?|]$/.test(after.text) || (after.text === ',' && !beforeTime) || after.text === 'for';
  if (!beforeTime && !(isEnd && value > 12)) return undefined;
  if (after !== undefined && after.kind === 'mark' && tokens[index + 2]?.kind === 'number' && touches(tokens, index)) return undefined;
  const day = comingDay(value, today);
  return daysUntil(weekday, day) === 0 ? sureDay(day, index + 1) : undefined;
}

/** "After the 20th", "before Christmas": the nearest such day of the week. */
function relatedTo(tokens: readonly Token[], index: number, { weekday, today, base }: { weekday: number; today: CivilDay; base: ReadBase }): DateRead | undefined {
  const after = phraseAt(tokens, index, AFTER);
  const before = phraseAt(tokens, index, BEFORE);
  const from = after ?? before;
  if (from === undefined) return undefined;
  const read = base(tokens, from) ?? weekdayAt(tokens, from, today, base);
  const days = read === undefined ? [] : daysOf(read);
  if (read === undefined || days.length === 0) return undefined;
  const shift = (day: CivilDay): CivilDay => (after === undefined ? addDays(day, -7 + daysUntil(weekday, day)) : addDays(addDays(day, 1), daysUntil(weekday, addDays(day, 1))));
  return { meanings: days.map((day) => dayMeaning(shift(day))), next: read.next, sure: true };
}

/** "Next week", "the week after next", "of this week": a week alone, for a day of the week to be found in. */
export function weekAt(tokens: readonly Token[], index: number, today: CivilDay): DateRead | undefined {
  const at = /^(?:of|in|on)$/.test(textAt(tokens, index)) ? index + 1 : index;
  for (const [weeks, wordings] of WEEKS) {
    const next = phraseAt(tokens, at, wordings);
    if (next !== undefined) return { meanings: [], next, sure: true, week: addDays(mondayOf(today), weeks * 7) };
  }
  return undefined;
}

export const WEEKDAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
export const WEEKDAYS: ReadonlyMap<string, number> = new Map([
  ...WEEKDAY_NAMES.flatMap((name, order): [string, number][] => [[name.toLowerCase(), order], [`${name.toLowerCase()}'s`, order]]),
  ['mon', 1], ['tue', 2], ['tues', 2], ['wed', 3], ['thu', 4], ['thur', 4], ['thurs', 4], ['fri', 5], ['wednsday', 3],
]);
/** "Sat" and "sun" are words of their own, except before a day. */
const SHORT: ReadonlyMap<string, number> = new Map([['sat', 6], ['sun', 0]]);
type Which = 'this' | 'next' | 'coming' | 'last' | 'the last';
const WHICH: ReadonlyMap<string, Which> = new Map([
  ['this', 'this'], ['next', 'next'], ['coming', 'coming'], ['last', 'last'], ['previous', 'last'], ['this coming', 'coming'], ['the coming', 'coming'], ['the next', 'next'], ['the following', 'next'], ['this past', 'last'], ['the previous', 'last'], ['the last', 'the last'],
]);
const AFTER_NEXT = phrases('after next');
const AFTER = phrases('after', 'following');
const BEFORE = phrases('before', 'preceding');
const WEEKS_LATER: ReadonlyMap<string, number> = new Map([['week', 7], ['fortnight', 14]]);
const WEEKS: readonly (readonly [weeks: number, wordings: readonly (readonly string[])[]])[] = [
  [2, phrases('the week after next', 'week after next', 'the week after next week', 'a week after next')],
  [1, phrases('next week', "next week's", 'the following week', 'following week', 'the coming week')],
  [0, phrases('this week', "this week's", 'the current week')],
  [-1, phrases('last week', "last week's")],
];
