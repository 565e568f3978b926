import { phraseAt, phrases, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { durationAt, findDurations } from './durations.ts';
import { spansOf } from './join-dates.ts';
import type { PlacedRead } from './join-dates.ts';
import { MONTH_NAMES } from './month-days.ts';
import { ordinalAt } from './numbers.ts';
import { findTimes } from './times.ts';
import { WEEKDAYS } from './weekdays.ts';

/**
 * How sure a date is, by the words that nobody has read: those that speak of days wherever they stand, and those beside the date that
 * make another one of it. Nothing is sure of half a sentence.
 */
export function dateSureness(tokens: readonly Token[], read: PlacedRead, all: readonly PlacedRead[]): number {
  const isRead = readTokens(tokens, all);
  const speaksOfDays = tokens.some((_, index) => !isRead.has(index) && bearsOnDays(tokens, index, read));
  return speaksOfDays || isChangedBefore(tokens, read.from, isRead) || phraseAt(tokens, read.next, CHANGES_AFTER) !== undefined || tokens.some((_, index) => phraseAt(tokens, index, CHANGES_ANYWHERE) !== undefined) ? DOUBTFUL : 1;
}

/** "Not Friday", "any day but Friday", "I can't do Friday": a day that is not meant. "Why not Friday?" means it. */
export function isNegated(tokens: readonly Token[], index: number): boolean {
  const before = [4, 3, 2, 1].map((back) => textAt(tokens, index - back));
  const clause = before.slice(before.findLastIndex((text) => /^[,.;!?]$/.test(text)) + 1);
  const at = clause.findLastIndex((text) => NEGATIONS.has(text) || text.endsWith("n't"));
  if (at >= 0) return !/^(?:why|if|until|before)$/.test(clause[at - 1] ?? '') && !clause.slice(at + 1).some((text) => /^(?:until|till|before|but|only)$/.test(text));
  return /^(?:but|except|excluding)$/.test(clause.find((text) => /^(?:but|except|excluding)$/.test(text)) ?? '') && clause.some((text) => /^(?:any|anything|every|except|excluding|all|day|days)$/.test(text));
}

/** Tokens that some reading stands for: dates, times, and how long something takes. */
function readTokens(tokens: readonly Token[], dates: readonly PlacedRead[]): ReadonlySet<number> {
  const durations = findDurations(tokens).filter(({ from, sure, values: [value] }) => sure && (LENGTHS.has(textAt(tokens, from - 1)) || (value?.kind === 'minutes' && value.minutes < WEEK_MINUTES)));
  // "For a week from Friday" is how long, and from when.
  const led = tokens.flatMap((token, index) => {
    const length = token.text === 'for' ? durationAt(tokens, index + 1) : undefined;
    return length === undefined ? [] : [{ from: index, to: length.next }];
  });
  const spans = [...dates.flatMap(spansOf).map(([from, to]) => ({ from, to })), ...findTimes(tokens).filter(({ sure }) => sure), ...durations, ...led];
  return new Set(spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, order) => from + order)));
}

function bearsOnDays(tokens: readonly Token[], index: number, read: PlacedRead): boolean {
  const token = tokens[index];
  if (token === undefined) return false;
  if (WEEKDAYS.has(token.text) && token.text.length > 4) return !isNegated(tokens, index);
  if (MONTHS.has(token.text)) return /^\p{Lu}/u.test(token.raw) && !/^(?:i|we|you|it)$/.test(textAt(tokens, index + 1)) && !isName(tokens, index);
  if (isWrittenDay(tokens, index)) return true;
  if (token.kind === 'number') return ordinalAt(tokens, index) !== undefined || (/^(?:19|20)\d\d$/.test(token.raw) && Math.min(Math.abs(index - read.next), Math.abs(read.from - 1 - index)) <= 1);
  return SPEAKS_OF_DAYS.has(token.text);
}

/** "27.11.", which is no time of day; that of "7.10" is open. */
function isWrittenDay(tokens: readonly Token[], index: number): boolean {
  const [day, month] = [textAt(tokens, index), textAt(tokens, index + 2)];
  const isPair = /^\d\d?$/.test(day) && /^\d\d?$/.test(month) && textAt(tokens, index + 1) === '.' && touches(tokens, index) && touches(tokens, index + 1);
  return isPair && Number(month) >= 1 && Number(month) <= 12 && (Number(day) > 24 || (textAt(tokens, index + 3) === '.' && touches(tokens, index + 2)));
}

/** "My name is April." */
function isName(tokens: readonly Token[], index: number): boolean {
  return [1, 2, 3].some((back) => /^(?:name|name's|named|called|i'm|am|mrs|ms|miss|mr)$/.test(textAt(tokens, index - back)));
}

/** "Every Friday", "after the 20th", "the second Friday": past small words that change nothing. */
function isChangedBefore(tokens: readonly Token[], from: number, isRead: ReadonlySet<number>): boolean {
  let at = from - 1;
  while (at >= 0 && PASSED.has(textAt(tokens, at))) at -= 1;
  if (at < 0 || isRead.has(at)) return false;
  return CHANGES_BEFORE.has(textAt(tokens, at)) || (tokens[at]?.kind === 'word' && ordinalAt(tokens, at) !== undefined && at === from - 1);
}

/** Below what forms take unasked (`DOUBTFUL` of draft.ts). */
const DOUBTFUL = 0.5;
const WEEK_MINUTES = 10_080;
const NEGATIONS: ReadonlySet<string> = new Set(['not', 'cannot', 'never', 'without']);
const MONTHS: ReadonlySet<string> = new Set(MONTH_NAMES.map((name) => name.toLowerCase()));
const LENGTHS: ReadonlySet<string> = new Set(['for', 'about', 'lasting', 'lasts', 'takes', 'take', 'of', 'least', 'stay', 'need']);
const SPEAKS_OF_DAYS: ReadonlySet<string> = new Set([
  'week', 'weeks', 'fortnight', 'weekend', 'weekends', 'month', 'months', 'year', 'years', "week's", "month's", 'weekdays', 'weekday', 'tomorrow', 'today', 'yesterday', 'fortnightly', 'weekly', 'monthly',
  'christmas', 'easter', 'thanksgiving', 'halloween', 'pentecost', 'ramadan', 'hanukkah', 'midsummer', 'following', 'mid', 'ago', 'eve',
]);
const PASSED: ReadonlySet<string> = new Set(['on', 'the', 'a', 'this', 'that', 'coming', '-', 'day']);
const CHANGES_BEFORE: ReadonlySet<string> = new Set([
  'after', 'before', 'than', 'next', 'every', 'each', 'any', 'other', 'except', 'past', 'following', 'previous', 'last', 'around', 'early', 'earlier', 'late', 'later', 'mid', 'beginning', 'end', 'middle', 'following', 'between', 'alternate', 'most', 'several', 'some',
  // Days with a name of their own: "Black Friday", "Super Bowl Sunday".
  'black', 'cyber', 'good', 'palm', 'ash', 'holy', 'shrove', 'maundy', 'whit', 'fat', 'bowl', 'giving', 'bank',
]);
const CHANGES_AFTER = phrases(
  'or later', 'or earlier', 'or so', 'or thereabouts', 'or two', 'or three', 'or a day', 'or after', 'or before', 'onwards', 'onward', 'ish', '-ish', 'at the earliest', 'at the latest', 'at the soonest', 'and a half', 'or something', 'if not', 'after next', 'before last', 'except', 'or any', 'or another', 'or the day', 'or the next',
  'weekend', 'after that', 'before that', 'minus', 'plus',
);
/** Which of the days was not meant, or is meant: "Friday, but not this one", "Monday, the one after". */
const CHANGES_ANYWHERE = phrases('not this one', 'but not this', 'not the next', 'not the coming', 'not the first', 'the one after', 'the one before', 'after this one', 'after the next one', 'but the next', 'the next one after');
