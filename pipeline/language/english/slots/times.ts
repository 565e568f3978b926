import type { TimeMeaning } from '../../../dialogue/slots/meanings.ts';
import type { Found } from '../../../dialogue/slots/reading.ts';
import { phraseAt, phrases, skipHyphen, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { halfAt, halfOfDay, hintFor } from './day-halves.ts';
import type { Hint } from './day-halves.ts';
import { sureness } from './hedges.ts';
import { durationAt } from './durations.ts';
import { cardinalAt, ordinalAt, UNITS } from './numbers.ts';
import type { NumberRead } from './numbers.ts';
import { relatedTimeAt } from './related-times.ts';
import { withRanges } from './time-ranges.ts';

interface ClockRead {
  readonly meaning: TimeMeaning;
  readonly next: number;
  readonly sure: boolean;
  readonly guess?: boolean;
}

export function findTimes(tokens: readonly Token[]): readonly Found<TimeMeaning>[] {
  const hint = halfOfDay(tokens);
  const found: Found<TimeMeaning>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = timeAt(tokens, index, hint);
    if (read === undefined) continue;
    found.push({ values: [read.meaning], from: index, to: read.next, sure: read.sure, ...(read.guess === true || isVague(tokens, index, read.next) ? { confidence: GUESS } : {}) });
    index = read.next - 1;
  }
  return withRanges(tokens, found);
}

function timeAt(tokens: readonly Token[], index: number, hint: Hint | undefined): ClockRead | undefined {
  const now = fromNowAt(tokens, index) ?? relatedAt(tokens, index, hint);
  if (now !== undefined) return now;
  const lead = leadAt(tokens, index);
  const clock = clockAt(tokens, lead ?? index, hint);
  if (clock === undefined) return undefined;
  if (clock.sure) return clock;
  if (countsElse(tokens, index, clock.next)) return undefined;
  return { ...clock, sure: lead !== undefined };
}

/** "In two hours", "half an hour from now", "right now". */
function fromNowAt(tokens: readonly Token[], index: number): ClockRead | undefined {
  const now = phraseAt(tokens, index, RIGHT_NOW);
  if (now !== undefined) return { meaning: { kind: 'from-now', minutes: 0 }, next: now, sure: true };
  const led = textAt(tokens, index) === 'in';
  const length = durationAt(tokens, led ? index + 1 : index);
  if (length === undefined || length.value >= 1440) return undefined;
  const tail = phraseAt(tokens, length.next, FROM_NOW);
  if (!led && tail === undefined) return undefined;
  return { meaning: { kind: 'from-now', minutes: Math.round(length.value) }, next: tail ?? length.next, sure: true };
}

/** "An hour before noon". */
function relatedAt(tokens: readonly Token[], index: number, hint: Hint | undefined): ClockRead | undefined {
  const related = relatedTimeAt(tokens, index, (at) => clockAt(tokens, at, hint));
  return related && { ...related, sure: true };
}

/** "After three", "before noon", "not before ten", "three or later", "any time but three": when exactly is open. */
function isVague(tokens: readonly Token[], from: number, to: number): boolean {
  return VAGUE.has(textAt(tokens, from)) || sureness(tokens, { from, to }) < 1 || [1, 2, 3].some((length) => phraseAt(tokens, from - length, EXCLUDES) === from);
}

function clockAt(tokens: readonly Token[], index: number, hint: Hint | undefined): ClockRead | undefined {
  const named = namedAt(tokens, index);
  if (named !== undefined) return named;
  const face = pastOrToAt(tokens, index) ?? digitalAt(tokens, index) ?? hourAt(tokens, index);
  if (face === undefined) return undefined;
  const oclock = OCLOCK.has(textAt(tokens, face.next)) ? face.next + 1 : phraseAt(tokens, face.next, OCLOCK_PHRASES);
  const half = halfAt(tokens, oclock ?? face.next);
  const next = half?.next ?? oclock ?? face.next;
  const hour = Math.floor(face.value / 60);
  if (hour > 24 || face.value % 60 >= 60) return { meaning: { kind: 'impossible' }, next, sure: oclock !== undefined || half !== undefined };
  const known = hour > 12 || hour === 0 || face.known;
  const meaning: TimeMeaning = { kind: 'clock', minutes: face.value % 1440, half: known ? 'known' : half?.half ?? hintFor(hour, hint) };
  return { meaning, next, sure: face.sure || oclock !== undefined || half !== undefined, guess: face.guess === true };
}

interface Face extends NumberRead {
  readonly sure: boolean;
  readonly known: boolean;
  /** It may be meant otherwise: the caller is asked. */
  readonly guess?: boolean;
}

function namedAt(tokens: readonly Token[], index: number): ClockRead | undefined {
  const at = textAt(tokens, index) === '12' || textAt(tokens, index) === 'twelve' ? index + 1 : index;
  const minutes = NAMED.get(textAt(tokens, at));
  if (minutes === undefined) return undefined;
  // "Noon thirty".
  const spoken = spokenMinutesAt(tokens, at + 1);
  const more = spoken === undefined || countsElse(tokens, at + 1, spoken.next) ? undefined : spoken;
  return { meaning: { kind: 'clock', minutes: minutes + (more?.value ?? 0), half: 'known' }, next: more?.next ?? at + 1, sure: true };
}

/** "Half past two", "a quarter to five", "ten minutes after three", British "half two". */
function pastOrToAt(tokens: readonly Token[], index: number): Face | undefined {
  const at = textAt(tokens, index) === 'a' ? index + 1 : index;
  const text = textAt(tokens, at);
  const spoken: NumberRead | undefined = text === 'half' ? { value: 30, next: at + 1 } : text === 'quarter' ? { value: 15, next: at + 1 } : cardinalAt(tokens, at);
  if (spoken === undefined || spoken.value < 1 || spoken.value > 59) return undefined;
  const after = /^min(ute)?s?$/.test(textAt(tokens, spoken.next)) ? spoken.next + 1 : spoken.next;
  const relation = RELATIONS.get(textAt(tokens, after));
  const isNumber = text !== 'half' && text !== 'quarter';
  // "Two to three" is a range; only minutes that people say so count, or those with the word "minutes".
  // "From ten to one" is a range, too.
  const isRange = isNumber && after === spoken.next && relation === -1 && textAt(tokens, after) !== 'of' && /^(?:from|between)$/.test(textAt(tokens, at - 1));
  if (relation !== undefined && !isRange && (!isNumber || after > spoken.next || spoken.value % 5 === 0 || relation === 1)) {
    const hour = hourNumberAt(tokens, after + 1);
    if (hour === undefined) return undefined;
    const minutes = hour.value * 60 + relation * spoken.value;
    return { value: hour.value <= 12 && minutes < 60 ? minutes + 720 : minutes, next: hour.next, sure: true, known: false };
  }
  const british = text === 'half' ? hourNumberAt(tokens, at + 1) : undefined;
  return british === undefined || unitFollows(tokens, british.next) ? undefined : { value: british.value * 60 + 30, next: british.next, sure: false, known: false };
}

/** "2:30", "2.30", "14h30", "1430", "0230". */
function digitalAt(tokens: readonly Token[], index: number): Face | undefined {
  const hours = tokens[index];
  if (hours?.kind !== 'number') return undefined;
  const mark = textAt(tokens, index + 1);
  const minutes = tokens[index + 2];
  if ((mark === ':' || mark === '.' || mark === 'h') && touches(tokens, index) && touches(tokens, index + 1) && minutes?.kind === 'number' && minutes.text.length === 2 && hours.text.length <= 2) {
    if (Number(minutes.text) > 59) return mark === ':' ? { value: 25 * 60, next: index + 3, sure: true, known: true } : undefined;
    return { value: Number(hours.text) * 60 + Number(minutes.text), next: index + 3, sure: mark !== '.', known: hours.text.startsWith('0') };
  }
  if (hours.text.length < 3 || hours.text.length > 4 || Number(hours.text.slice(-2)) > 59 || hours.raw.includes(',')) return undefined;
  const hour = Number(hours.text.slice(0, -2));
  return hour > 24 ? undefined : { value: hour * 60 + Number(hours.text.slice(-2)), next: index + 1, sure: false, known: hours.text.startsWith('0') };
}

/** "Two", "two thirty", "two oh five", "twelve-thirty", "2 30". */
function hourAt(tokens: readonly Token[], index: number): Face | undefined {
  const hour = hourNumberAt(tokens, index);
  if (hour === undefined) return militaryAt(tokens, index);
  // "Twenty past": the hour is missing, and twenty is none.
  if (RELATIONS.has(textAt(tokens, hour.next)) && !/^(?:before|after|of)$/.test(textAt(tokens, hour.next)) && (tokens[hour.next + 1]?.kind ?? 'mark') === 'mark') return undefined;
  const at = skipHyphen(tokens, hour.next);
  const minutes = spokenMinutesAt(tokens, at) ?? brokenMinutesAt(tokens, hour.next);
  if (minutes !== undefined) return { value: hour.value * 60 + minutes.value, next: minutes.next, sure: false, known: false };
  const single = hour.value >= 1 && hour.value <= 12 ? singleMinutesAt(tokens, hour.next) : undefined;
  return single === undefined
    ? { value: hour.value * 60, next: hour.next, sure: false, known: false }
    : { value: hour.value * 60 + single.value, next: single.next, sure: false, known: false, guess: true };
}

/** "Fifteen hundred hours". */
function militaryAt(tokens: readonly Token[], index: number): Face | undefined {
  const number = cardinalAt(tokens, index);
  if (number === undefined || number.value % 100 !== 0 || number.value > 2400 || textAt(tokens, number.next) !== 'hours') return undefined;
  return { value: (number.value / 100) * 60, next: number.next + 1, sure: true, known: true };
}

/** "2, 15 p.m.": what recognition makes of a pause; nobody means 15 p.m. */
function brokenMinutesAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const minutes = tokens[index + 1];
  if (!['.', ','].includes(textAt(tokens, index)) || minutes?.kind !== 'number' || minutes.text.length !== 2) return undefined;
  const value = Number(minutes.text);
  return value > 12 && value < 60 && halfAt(tokens, index + 2) !== undefined ? { value, next: index + 2 } : undefined;
}

/** "One five a.m.", "12 5 p.m.", "one three zero p.m.": minutes digit by digit. They could be two times, so they are asked about. */
function singleMinutesAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const first = digitAt(tokens, index);
  if (first === undefined) return undefined;
  const second = first <= 5 ? digitAt(tokens, index + 1) : undefined;
  const next = second === undefined ? index + 1 : index + 2;
  const value = second === undefined ? first : first * 10 + second;
  return value > 0 && isHalf(tokens, next) ? { value, next } : undefined;
}

function digitAt(tokens: readonly Token[], index: number): number | undefined {
  const token = tokens[index];
  const value = token?.kind === 'number' ? (token.text.length === 1 ? Number(token.text) : undefined) : UNITS.get(token?.text ?? '') ?? (token?.text === 'oh' ? 0 : undefined);
  return touches(tokens, index - 1) ? undefined : value;
}

/** "a.m." right here, not after a comma. */
function isHalf(tokens: readonly Token[], index: number): boolean {
  return textAt(tokens, index) !== ',' && halfAt(tokens, index) !== undefined;
}

function spokenMinutesAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const text = textAt(tokens, index);
  if (text === 'oh' || text === 'o' || text === 'zero') {
    const unit = cardinalAt(tokens, index + 1);
    return unit !== undefined && unit.value > 0 && unit.value < 10 ? unit : undefined;
  }
  const token = tokens[index];
  if (token?.kind === 'number') return token.text.length === 2 && Number(token.text) < 60 && !touches(tokens, index) && !unitFollows(tokens, index + 1) ? { value: Number(token.text), next: index + 1 } : undefined;
  const minutes = cardinalAt(tokens, index);
  return minutes !== undefined && minutes.value >= 10 && minutes.value < 60 && !unitFollows(tokens, minutes.next) ? minutes : undefined;
}

function hourNumberAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const token = tokens[index];
  if (token === undefined || (token.kind === 'number' && token.text.length > 2)) return undefined;
  if (token.text === 'a' || ordinalAt(tokens, index) !== undefined) return undefined;
  const hour = cardinalAt(tokens, index);
  return hour !== undefined && Number.isInteger(hour.value) && hour.value >= 0 && hour.value <= 60 ? hour : undefined;
}

function leadAt(tokens: readonly Token[], index: number): number | undefined {
  return phraseAt(tokens, index, LEADS);
}

/** "At two hundred dollars", "by three people", "two %": the number counts something else. */
function countsElse(tokens: readonly Token[], from: number, next: number): boolean {
  const before = textAt(tokens, from - 1);
  return unitFollows(tokens, next) || ordinalAt(tokens, next - 1) !== undefined || before === '$' || before === '€' || before === '£' || MONTHS.test(before) || MONTHS.test(textAt(tokens, next));
}

function unitFollows(tokens: readonly Token[], index: number): boolean {
  const at = skipHyphen(tokens, index);
  return COUNTED.has(textAt(tokens, at)) || (/^(?:or|to|-|–)$/.test(textAt(tokens, index)) && COUNTED.has(textAt(tokens, index + 2))) || (textAt(tokens, at) === 'of' && textAt(tokens, at + 1) === 'us');
}

/** Low enough for the form to ask (`DOUBTFUL` of draft.ts). */
const GUESS = 0.5;
const NAMED: ReadonlyMap<string, number> = new Map([['noon', 720], ['midday', 720], ['noontime', 720], ['lunchtime', 720], ['midnight', 0]]);
const RELATIONS: ReadonlyMap<string, 1 | -1> = new Map([['past', 1], ['after', 1], ['to', -1], ['till', -1], ['til', -1], ['before', -1], ['of', -1]]);
const OCLOCK: ReadonlySet<string> = new Set(["o'clock", 'oclock', 'sharp']);
const OCLOCK_PHRASES = phrases('o clock', 'on the dot');
const VAGUE: ReadonlySet<string> = new Set(['after', 'before', 'until', 'till']);
const EXCLUDES = phrases('except', 'except for', 'any time but', 'anytime but', 'anything but', 'no later than', 'no earlier than', 'not later than', 'not earlier than');
const RIGHT_NOW = phrases('right now', 'right away', 'immediately', 'straight away');
const FROM_NOW = phrases('from now', 'later', "'s time", 'time');
const LEADS = phrases('at', 'at about', 'at around', 'around', 'about', 'by', 'from', 'after', 'before', 'until', 'till', 'starting at', 'starting from', 'beginning at', 'say at');
const MONTHS = /^(january|february|march|april|may|june|july|august|september|october|november|december)$/;
const COUNTED: ReadonlySet<string> = new Set([
  'people', 'persons', 'person', 'guests', 'guest', 'adults', 'adult', 'children', 'kids', 'participants', 'attendees', 'seats', 'places',
  'hour', 'hours', 'minutes', 'minute', 'min', 'mins', 'hr', 'hrs', 'day', 'days', 'night', 'nights', 'week', 'weeks', 'month', 'months', 'year', 'years',
  'dollars', 'dollar', 'cents', 'euros', 'euro', 'pounds', 'bucks', '%', 'percent', 'rooms', 'room', 'th', 'st', 'nd', 'rd', 'times', 'hundredth', 'million', 'dozen',
]);
