import type { DurationMeaning } from '../../../dialogue/slots/meanings.ts';
import type { Found } from '../../../dialogue/slots/reading.ts';
import { phraseAt, phrases, skipHyphen, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { decimalAt } from './fractions.ts';
import { sureness } from './hedges.ts';
import { cardinalAt } from './numbers.ts';
import type { NumberRead } from './numbers.ts';

export function findDurations(tokens: readonly Token[]): readonly Found<DurationMeaning>[] {
  const found: Found<DurationMeaning>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = alternativesAt(tokens, index) ?? single(tokens, index);
    if (read !== undefined && !isMoment(tokens, index, read.to)) {
      found.push({ values: read.minutes.map((minutes) => ({ kind: 'minutes', minutes })), from: index, to: read.to, sure: true, confidence: sureness(tokens, { from: index, to: read.to }) });
      index = read.to - 1;
      continue;
    }
    const clock = read === undefined ? clockLengthAt(tokens, index) : undefined;
    if (clock !== undefined) {
      found.push({ values: [{ kind: 'minutes', minutes: clock.value }], from: index, to: clock.next, sure: false, confidence: 0.7 });
      index = clock.next - 1;
      continue;
    }
    const bare = read === undefined ? decimalAt(tokens, index) : undefined;
    if (bare !== undefined && bare.value > 0) found.push({ values: [{ kind: 'bare', count: bare.value }], from: index, to: bare.next, sure: false, confidence: 0.7 });
    index = Math.max(index, (read?.to ?? bare?.next ?? 0) - 1);
  }
  return found;
}

/** Minutes at a place: "half an hour", "an hour and a half", "two hours fifteen", "an hour and twenty", "1h30", "2:30 hours". */
export function durationAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  for (const [minutes, wordings] of SET_PHRASES) {
    const next = phraseAt(tokens, index, wordings);
    if (next !== undefined) return { value: minutes, next };
  }
  const clock = clockLengthAt(tokens, index) ?? hoursAndMinutesAt(tokens, index);
  if (clock !== undefined && HOURS.has(textAt(tokens, clock.next))) return { value: clock.value, next: clock.next + 1 };
  const amount = quantityAt(tokens, index);
  if (amount === undefined) return undefined;
  const unit = unitAt(tokens, amount.next);
  if (unit === undefined) return undefined;
  return withRest(tokens, { value: amount.value * unit.value, next: unit.next }, unit.value);
}

/** "2:30" of "2:30 hours". */
function clockLengthAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const [hours, minutes] = [textAt(tokens, index), textAt(tokens, index + 2)];
  const isClock = /^\d\d?$/.test(hours) && textAt(tokens, index + 1) === ':' && /^[0-5]\d$/.test(minutes) && touches(tokens, index) && touches(tokens, index + 1);
  return isClock ? { value: Number(hours) * 60 + Number(minutes), next: index + 3 } : undefined;
}

/** "Two thirty" of "two thirty hours". */
function hoursAndMinutesAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const hours = cardinalAt(tokens, index);
  const minutes = hours === undefined || hours.value > 24 ? undefined : cardinalAt(tokens, hours.next);
  return hours === undefined || minutes === undefined || minutes.value < 10 || minutes.value > 59 ? undefined : { value: hours.value * 60 + minutes.value, next: minutes.next };
}

function withRest(tokens: readonly Token[], whole: NumberRead, unit: number): NumberRead {
  const half = phraseAt(tokens, whole.next, HALF_MORE);
  if (half !== undefined) return { value: whole.value + unit / 2, next: half };
  const quarter = phraseAt(tokens, whole.next, QUARTER_MORE);
  if (quarter !== undefined) return { value: whole.value + unit / 4, next: quarter };
  const joined = textAt(tokens, whole.next) === 'and' || textAt(tokens, whole.next) === ',' ? whole.next + 1 : whole.next;
  const more = cardinalAt(tokens, joined) ?? (/^an?$/.test(textAt(tokens, joined)) ? { value: 1, next: joined + 1 } : undefined);
  if (more === undefined) return whole;
  const smaller = unitAt(tokens, more.next);
  if (smaller !== undefined) return smaller.value < unit ? withRest(tokens, { value: whole.value + more.value * smaller.value, next: smaller.next }, smaller.value) : whole;
  // "Two hours fifteen": only minutes of an hour, and only where nothing else is being counted.
  const countsElse = tokens[more.next]?.kind === 'word' && !CLOSERS.has(textAt(tokens, more.next));
  return unit === 60 && textAt(tokens, whole.next) !== ',' && more.value >= 5 && more.value < 60 && !countsElse ? { value: whole.value + more.value, next: more.next } : whole;
}

function quantityAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const couple = phraseAt(tokens, index, COUPLE);
  if (couple !== undefined) return { value: 2, next: couple };
  const text = textAt(tokens, index);
  if (text === 'half') return { value: 0.5, next: textAt(tokens, index + 1) === 'a' || textAt(tokens, index + 1) === 'an' ? index + 2 : skipHyphen(tokens, index + 1) };
  const number = decimalAt(tokens, index);
  if (number !== undefined) return { value: number.value, next: number.value < 1 ? phraseAt(tokens, number.next, OF_A) ?? skipHyphen(tokens, number.next) : skipHyphen(tokens, number.next) };
  if (text === 'a' || text === 'an') return { value: 1, next: index + 1 };
  return text === 'hour' ? { value: 1, next: index } : undefined;
}

function unitAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const text = textAt(tokens, index);
  const short = touches(tokens, index - 1) || (text === 'h' && tokens[index - 1]?.kind === 'number') ? SHORT_UNITS.get(text) : undefined;
  const minutes = short ?? UNIT_MINUTES.get(text);
  return minutes === undefined ? undefined : { value: minutes, next: index + 1 };
}

function single(tokens: readonly Token[], index: number): { minutes: number[]; to: number } | undefined {
  const read = durationAt(tokens, index);
  return read === undefined || !(read.value > 0) ? undefined : { minutes: [Math.round(read.value)], to: read.next };
}

/** "Two or three hours", "thirty to forty five minutes", "an hour or two". */
function alternativesAt(tokens: readonly Token[], index: number): { minutes: number[]; to: number } | undefined {
  const first = cardinalAt(tokens, index);
  if (first !== undefined && ['or', 'to', '-'].includes(textAt(tokens, first.next))) {
    const second = cardinalAt(tokens, first.next + 1);
    const unit = second === undefined ? undefined : unitAt(tokens, second.next);
    // Nobody says "four to three hours": that is "for three hours" as recognition writes it.
    const isRange = textAt(tokens, first.next) !== '-' || (second !== undefined && second.value > first.value);
    if (isRange && second !== undefined && unit !== undefined) return { minutes: [first.value * unit.value, second.value * unit.value], to: unit.next };
  }
  const whole = durationAt(tokens, index);
  if (whole === undefined || textAt(tokens, whole.next) !== 'or') return undefined;
  const other = durationAt(tokens, whole.next + 1);
  if (other !== undefined) return { minutes: [Math.round(whole.value), Math.round(other.value)], to: other.next };
  const bare = cardinalAt(tokens, whole.next + 1);
  return bare === undefined ? undefined : { minutes: [Math.round(whole.value), Math.round(whole.value) * bare.value], to: bare.next };
}

/** "In two hours", "an hour ago", "a week from Tuesday" are moments, no durations. */
function isMoment(tokens: readonly Token[], from: number, to: number): boolean {
  const before = textAt(tokens, from - 1);
  const after = textAt(tokens, to);
  if (after === 'from' && !isClockNext(tokens, to + 1)) return true;
  return before === 'in' || before === 'within' || MOMENT_ENDS.has(after);
}

function isClockNext(tokens: readonly Token[], index: number): boolean {
  return cardinalAt(tokens, index) !== undefined || ['half', 'quarter', 'noon', 'midnight'].includes(textAt(tokens, index));
}

const UNIT_MINUTES: ReadonlyMap<string, number> = new Map([
  ['minute', 1], ['minutes', 1], ['min', 1], ['mins', 1], ['hour', 60], ['hours', 60], ['hr', 60], ['hrs', 60],
  ['day', 1440], ['days', 1440], ['night', 1440], ['nights', 1440], ['week', 10_080], ['weeks', 10_080],
]);
const SHORT_UNITS: ReadonlyMap<string, number> = new Map([['h', 60], ['m', 1], ['d', 1440]]);
const HOURS: ReadonlySet<string> = new Set(['hours', 'hour', 'hrs', 'hr', 'h']);
const OF_A = phrases('of a', 'of an');
const COUPLE = phrases('a couple of', 'couple of', 'a couple', 'a pair of');
const HALF_MORE = phrases('and a half', 'and half', 'and one half');
const QUARTER_MORE = phrases('and a quarter', 'and one quarter');
const SET_PHRASES: readonly (readonly [minutes: number, wordings: readonly (readonly string[])[]])[] = [
  [45, phrases('three quarters of an hour', 'three quarter hour', 'three quarters of hour', '3 quarters of an hour', '3 quarter hour', '3/4 of an hour')],
  [15, phrases('a quarter of an hour', 'quarter of an hour', 'a quarter hour', 'quarter hour')],
  [30, phrases('half an hour', 'half a hour', 'a half hour', 'a half an hour', 'half hour', 'half of an hour', 'half and hour', 'half an our')],
];
const CLOSERS: ReadonlySet<string> = new Set(['please', 'thanks', 'thank', 'and', 'for', 'on', 'at', 'in', 'from', 'starting']);
const MOMENT_ENDS: ReadonlySet<string> = new Set(['ago', 'later', 'before', 'after', 'earlier', 'past', 'to', 'till', 'until']);
