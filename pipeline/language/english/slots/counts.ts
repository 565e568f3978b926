import type { Found } from '../../../dialogue/slots/reading.ts';
import { phraseAt, phrases, skipHyphen, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { decimalAt } from './fractions.ts';
import { companyAt } from './company.ts';
import { sureness } from './hedges.ts';
import { cardinalAt, ordinalAt } from './numbers.ts';

/** How many: "two people", "for three", "just me", "two adults and one child". `units` are what is counted; people when empty. */
export function findCounts(tokens: readonly Token[], units: readonly string[]): readonly Found<number>[] {
  const people = units.length === 0;
  const wordings = people ? PEOPLE : phrases(...units);
  const found: Found<number>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = (people ? companyAt(tokens, index, wordings) : undefined) ?? countAt(tokens, index, wordings, people);
    if (read === undefined) continue;
    // "Five people, two of them children": these are counted already.
    const isPart = found.length > 0 && textAt(tokens, read.to - 1) === 'them';
    if (!isPart) found.push({ ...read, confidence: (read.confidence ?? 1) * sureness(tokens, read) });
    index = read.to - 1;
  }
  const alone = found.length === 0 ? homophone(tokens) : undefined;
  return alone === undefined ? [...summed(tokens, found, people), ...misheardFor(tokens, wordings)] : [alone];
}

/** "For twelve people" is written "412 people" by recognisers, and "four people" "for people": doubtful, so that the caller is asked. */
function misheardFor(tokens: readonly Token[], wordings: readonly (readonly string[])[]): readonly Found<number>[] {
  return tokens.flatMap((token, from): Found<number>[] => {
    const to = phraseAt(tokens, from + 1, wordings);
    if (to === undefined || textAt(tokens, from - 1) === 'for') return [];
    if (token.text === 'for' && from === 0) return [{ values: [4], from, to, sure: false, confidence: 0.5 }];
    return token.kind === 'number' && FOR_AND_NUMBER.test(token.text) ? [{ values: [Number(token.text.slice(1))], from, to, sure: false, confidence: 0.5 }] : [];
  });
}

function countAt(tokens: readonly Token[], index: number, wordings: readonly (readonly string[])[], people: boolean): Found<number> | undefined {
  const led = LEADS.has(textAt(tokens, index)) ? index + 1 : index;
  const number = quantityAt(tokens, led, wordings);
  if (number === undefined) return led > index ? undefined : misheardAt(tokens, index, wordings);
  const united = phraseAt(tokens, pastAdjective(tokens, skipHyphen(tokens, number.next)), wordings);
  if (united !== undefined) return { values: [number.value], from: index, to: united, sure: true };
  if (foreignUnit(tokens, number.next) || isPartOfTime(tokens, index, number.next)) return undefined;
  const sure = led > index && people && !isClockLike(tokens, number.next);
  return { values: [number.value], from: index, to: number.next, sure, confidence: sure ? 0.9 : 0.95 };
}

function quantityAt(tokens: readonly Token[], index: number, wordings: readonly (readonly string[])[]): { value: number; next: number } | undefined {
  if (ordinalAt(tokens, index) !== undefined) return undefined;
  const number = decimalAt(tokens, index);
  if (number !== undefined) return Number.isInteger(number.value) && number.value >= 0 ? number : undefined;
  const couple = phraseAt(tokens, index, COUPLE);
  if (couple !== undefined) return { value: 2, next: couple };
  const single = textAt(tokens, index) === 'a' || textAt(tokens, index) === 'an' || textAt(tokens, index) === 'single';
  return single && phraseAt(tokens, index + 1, wordings) !== undefined ? { value: 1, next: index + 1 } : undefined;
}

/** "To people" is how recognisers write "two people". */
function misheardAt(tokens: readonly Token[], index: number, wordings: readonly (readonly string[])[]): Found<number> | undefined {
  const value = MISHEARD.get(textAt(tokens, index));
  const to = value === undefined ? undefined : phraseAt(tokens, index + 1, wordings);
  return value === undefined || to === undefined ? undefined : { values: [value], from: index, to, sure: true, confidence: 0.6 };
}

/** A number alone, as recognisers write it: "To.", "For.", "Won." */
function homophone(tokens: readonly Token[]): Found<number> | undefined {
  const words = tokens.filter((token) => token.kind !== 'mark');
  const value = words.length === 1 ? HOMOPHONES.get(words[0]?.text ?? '') : undefined;
  const from = tokens.findIndex((token) => token.kind !== 'mark');
  return value === undefined ? undefined : { values: [value], from, to: from + 1, sure: false, confidence: 0.6 };
}

/** "Two adults and one child" are three people. */
function summed(tokens: readonly Token[], found: readonly Found<number>[], people: boolean): readonly Found<number>[] {
  if (!people) return found;
  const sums: Found<number>[] = [];
  for (const each of found) {
    const last = sums.at(-1);
    const joined = last !== undefined && last.sure && each.sure && last.to > last.from + 1 && ['and', 'plus', ','].includes(textAt(tokens, last.to)) && (each.from === last.to + 1 || (each.from === last.to + 2 && textAt(tokens, last.to + 1) === 'and'));
    const differs = last !== undefined && textAt(tokens, last.to - 1).slice(0, 4) !== textAt(tokens, each.to - 1).slice(0, 4);
    if (last !== undefined && joined && differs) sums[sums.length - 1] = { values: [(last.values[0] ?? 0) + (each.values[0] ?? 0)], from: last.from, to: each.to, sure: true, confidence: 0.85 };
    else sums.push(each);
  }
  return sums;
}

function pastAdjective(tokens: readonly Token[], index: number): number {
  return ADJECTIVES.has(textAt(tokens, index)) ? index + 1 : index;
}

/** "Two hours", "two dollars", "two p.m.": the number counts something else. */
export function foreignUnit(tokens: readonly Token[], index: number): boolean {
  const text = textAt(tokens, skipHyphen(tokens, index));
  if (text === 'or' || text === 'to') return FOREIGN.has(textAt(tokens, index + 2)) && cardinalAt(tokens, index + 1) !== undefined;
  if (text === 'and' && phraseAt(tokens, index, AND_A_HALF) !== undefined) return true;
  return FOREIGN.has(text) || (text === '%' && touches(tokens, index - 1));
}

/** "Half past two", "two thirty", "2:30", "at two", "$5". */
function isPartOfTime(tokens: readonly Token[], from: number, next: number): boolean {
  const before = textAt(tokens, from - 1);
  if (TIME_LEADS.has(before) || before === '$' || before === '€' || before === '£') return true;
  if ((textAt(tokens, next) === ':' || textAt(tokens, next) === '/') && touches(tokens, next - 1)) return true;
  return (before === ':' || before === '.' || before === '/') && touches(tokens, from - 2) && touches(tokens, from - 1);
}

function isClockLike(tokens: readonly Token[], next: number): boolean {
  return cardinalAt(tokens, skipHyphen(tokens, next)) !== undefined || ['in', 'past', 'to', 'on'].includes(textAt(tokens, next)) && textAt(tokens, next + 1) === 'the';
}

const LEADS: ReadonlySet<string> = new Set(['for']);
const MISHEARD: ReadonlyMap<string, number> = new Map([['to', 2], ['too', 2]]);
const HOMOPHONES: ReadonlyMap<string, number> = new Map([['to', 2], ['too', 2], ['for', 4], ['fore', 4], ['won', 1], ['ate', 8], ['tree', 3]]);
const FOR_AND_NUMBER = /^4[1-9]\d?$/;
const COUPLE = phrases('a couple of', 'a couple', 'couple of', 'a pair of');
const AND_A_HALF = phrases('and a half');
const ADJECTIVES: ReadonlySet<string> = new Set(['other', 'more', 'different', 'adult', 'young', 'small', 'big']);
const PEOPLE = phrases(
  'people', 'persons', 'person', 'peoples', 'guests', 'guest', 'adults', 'adult', 'children', 'child', 'kids', 'kid', 'participants', 'participant', 'attendees', 'attendee',
  'seats', 'seat', 'places', 'visitors', 'visitor', 'colleagues', 'men', 'women', 'folks', 'pax', 'of us', 'heads', 'babies', 'baby', 'employees', 'members', 'friends',
);
const FOREIGN: ReadonlySet<string> = new Set([
  'hour', 'hours', 'minutes', 'minute', 'min', 'mins', 'hr', 'hrs', 'day', 'days', 'night', 'nights', 'week', 'weeks', 'month', 'months', 'year', 'years', "o'clock", 'oclock', 'am', 'pm',
  'dollars', 'dollar', 'cents', 'cent', 'euros', 'euro', 'pounds', 'pound', 'bucks', 'st', 'nd', 'rd', 'th', 'percent', 'h',
]);
const TIME_LEADS: ReadonlySet<string> = new Set(['at', 'past', 'till', 'until', 'quarter', 'double', 'triple', 'january', 'february', 'march', 'april', 'june', 'july', 'august', 'september', 'october', 'november', 'december']);
