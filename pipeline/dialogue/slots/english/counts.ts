import type { Found } from '../reading.ts';
import { phraseAt, phrases, skipHyphen, textAt, touches } from '../tokens.ts';
import type { Token } from '../tokens.ts';
import { cardinalAt, decimalAt, ordinalAt } from './numbers.ts';

/** How many: "two people", "for three", "just me", "two adults and one child". `units` are what is counted; people when empty. */
export function findCounts(tokens: readonly Token[], units: readonly string[]): readonly Found<number>[] {
  const people = units.length === 0;
  const wordings = people ? PEOPLE : phrases(...units);
  const found: Found<number>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = (people ? companyAt(tokens, index) : undefined) ?? countAt(tokens, index, wordings, people);
    if (read === undefined) continue;
    found.push(people ? withCaller(tokens, read) : read);
    index = (found.at(-1)?.to ?? read.to) - 1;
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

/** Bare and united numbers for `number` slots: "2.5", "minus three", "forty miles". */
export function findNumbers(tokens: readonly Token[], units: readonly string[]): readonly Found<number>[] {
  const wordings = phrases(...units);
  const found: Found<number>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = decimalAt(tokens, index);
    if (read === undefined) continue;
    const unit = phraseAt(tokens, skipHyphen(tokens, read.next), wordings);
    const other = unit === undefined && foreignUnit(tokens, read.next);
    if (!other) found.push({ values: [read.value], from: index, to: unit ?? read.next, sure: unit !== undefined });
    index = (unit ?? read.next) - 1;
  }
  return found;
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
  const couple = phraseAt(tokens, index, COUPLE);
  if (couple !== undefined) return { value: 2, next: couple };
  if (ordinalAt(tokens, index) !== undefined) return undefined;
  const number = cardinalAt(tokens, index);
  if (number !== undefined) return number;
  const single = textAt(tokens, index) === 'a' || textAt(tokens, index) === 'an' || textAt(tokens, index) === 'single';
  return single && phraseAt(tokens, index + 1, wordings) !== undefined ? { value: 1, next: index + 1 } : undefined;
}

/** "To people" is how recognisers write "two people". */
function misheardAt(tokens: readonly Token[], index: number, wordings: readonly (readonly string[])[]): Found<number> | undefined {
  const value = MISHEARD.get(textAt(tokens, index));
  const to = value === undefined ? undefined : phraseAt(tokens, index + 1, wordings);
  return value === undefined || to === undefined ? undefined : { values: [value], from: index, to, sure: true, confidence: 0.6 };
}

/** "Me and three colleagues", "three colleagues and me": the caller comes along. */
function withCaller(tokens: readonly Token[], read: Found<number>): Found<number> {
  const before = read.sure && textAt(tokens, read.from - 1) === 'and' && CALLER.has(textAt(tokens, read.from - 2));
  const after = read.sure && ['and', 'plus'].includes(textAt(tokens, read.to)) && CALLER.has(textAt(tokens, read.to + 1));
  if (!before && !after) return read;
  return { ...read, values: read.values.map((value) => value + 1), from: before ? read.from - 2 : read.from, to: after ? read.to + 2 : read.to, confidence: 0.8 };
}

/** A number alone, as recognisers write it: "To.", "For.", "Won." */
function homophone(tokens: readonly Token[]): Found<number> | undefined {
  const words = tokens.filter((token) => token.kind !== 'mark');
  const value = words.length === 1 ? HOMOPHONES.get(words[0]?.text ?? '') : undefined;
  const from = tokens.findIndex((token) => token.kind !== 'mark');
  return value === undefined ? undefined : { values: [value], from, to: from + 1, sure: false, confidence: 0.6 };
}

/** "Just me", "the two of us", "my wife and me". */
function companyAt(tokens: readonly Token[], index: number): Found<number> | undefined {
  for (const [count, wordings] of COMPANY) {
    const to = phraseAt(tokens, index, wordings);
    if (to !== undefined) return { values: [count], from: index, to, sure: true, confidence: 0.9 };
  }
  const led = textAt(tokens, index) === 'the' ? index + 1 : index;
  const number = cardinalAt(tokens, led);
  const to = number === undefined ? undefined : phraseAt(tokens, number.next, OF_US);
  return number === undefined || to === undefined ? undefined : { values: [number.value], from: index, to, sure: true };
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
function foreignUnit(tokens: readonly Token[], index: number): boolean {
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
const CALLER: ReadonlySet<string> = new Set(['me', 'myself', 'i']);
const HOMOPHONES: ReadonlyMap<string, number> = new Map([['to', 2], ['too', 2], ['for', 4], ['fore', 4], ['won', 1], ['ate', 8], ['tree', 3]]);
const FOR_AND_NUMBER = /^4[1-9]\d?$/;
const COUPLE = phrases('a couple of', 'a couple', 'couple of', 'a pair of');
const OF_US = phrases('of us', 'of them', 'of you');
const AND_A_HALF = phrases('and a half');
const ADJECTIVES: ReadonlySet<string> = new Set(['other', 'more', 'different', 'adult', 'young', 'small', 'big']);
const COMPANY: readonly (readonly [count: number, wordings: readonly (readonly string[])[]])[] = [
  [1, phrases('just me', 'only me', 'just myself', 'only myself', 'by myself', 'on my own', 'me alone', 'just one', 'me myself')],
  [2, phrases('me and my wife', 'me and my husband', 'my wife and me', 'my husband and me', 'my wife and i', 'my husband and i', 'me and my colleague', 'my colleague and i', 'my colleague and me', 'both of us', 'me and one other', 'me plus one', 'the both of us')],
];
const PEOPLE = phrases(
  'people', 'persons', 'person', 'peoples', 'guests', 'guest', 'adults', 'adult', 'children', 'child', 'kids', 'kid', 'participants', 'participant', 'attendees', 'attendee',
  'seats', 'seat', 'places', 'visitors', 'visitor', 'colleagues', 'men', 'women', 'folks', 'pax', 'of us', 'heads', 'babies', 'baby', 'employees', 'members', 'friends',
);
const FOREIGN: ReadonlySet<string> = new Set([
  'hour', 'hours', 'minutes', 'minute', 'min', 'mins', 'hr', 'hrs', 'day', 'days', 'night', 'nights', 'week', 'weeks', 'month', 'months', 'year', 'years', "o'clock", 'oclock', 'am', 'pm',
  'dollars', 'dollar', 'cents', 'cent', 'euros', 'euro', 'pounds', 'pound', 'bucks', 'st', 'nd', 'rd', 'th', 'percent', 'h',
]);
const TIME_LEADS: ReadonlySet<string> = new Set(['at', 'past', 'till', 'until', 'quarter', 'double', 'triple', 'january', 'february', 'march', 'april', 'june', 'july', 'august', 'september', 'october', 'november', 'december']);
