import { phraseAt, phrases, skipHyphen, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';

/** A number read at a place; `next` is the index of the first token after it. */
export interface NumberRead {
  readonly value: number;
  readonly next: number;
  /** What the last word of it counted in: 1000 of "two thousand", 12 of "a dozen"; "and a half" is half of that. */
  readonly scale?: number;
}

/** A whole number in words or digits: "twenty five", "two hundred and three thousand", "2 million", "1,200". "Two thirty" is two. */
export function cardinalAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  let group = firstGroupAt(tokens, index);
  if (group === undefined) return undefined;
  let total = 0;
  let scale = scaleAt(tokens, group.next);
  while (scale !== undefined) {
    total += group.value * scale.value;
    const more = furtherGroupAt(tokens, scale.next, scale.value);
    if (more === undefined) return { value: total, next: scale.next, scale: scale.value };
    group = more;
    scale = scaleAt(tokens, group.next);
  }
  return { ...group, value: total + group.value };
}

/** "first", "twenty first", "3rd". */
export function ordinalAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  if (token.kind === 'number') {
    return ORDINAL_ENDINGS.has(textAt(tokens, index + 1)) && touches(tokens, index) ? { value: Number(token.text), next: index + 2 } : undefined;
  }
  const alone = ORDINALS.get(token.text);
  if (alone !== undefined) return { value: alone, next: index + 1 };
  const tens = TENS.get(token.text);
  const after = skipHyphen(tokens, index + 1);
  const unit = tens === undefined ? undefined : ORDINALS.get(textAt(tokens, after));
  return tens !== undefined && unit !== undefined && unit < 10 ? { value: tens + unit, next: after + 1 } : undefined;
}

/** What thousands, millions and dozens are counted with: up to 9999 in words, or a number in digits. */
function firstGroupAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  if (token.kind === 'number') return token.text.length <= 12 ? withHundreds(tokens, { value: Number(token.text), next: index + 1 }) : undefined;
  const counted = index + 1 < tokens.length && token.text === 'a' ? index + 1 : index;
  if (isScale(textAt(tokens, counted)) && (counted > index || (token.text !== 'dozen' && !VAGUE.has(textAt(tokens, index - 1)) && !(textAt(tokens, index - 1) === 'of' && VAGUE.has(textAt(tokens, index - 2)))))) {
    return withHundreds(tokens, { value: 1, next: counted });
  }
  const couple = phraseAt(tokens, index, COUPLE);
  if (couple !== undefined) return isScale(textAt(tokens, couple)) ? withHundreds(tokens, { value: 2, next: couple }) : undefined;
  const base = belowHundred(tokens, index);
  return base === undefined ? undefined : withHundreds(tokens, base);
}

/** "Three hundred", "three hundred and five", "two dozen". */
function withHundreds(tokens: readonly Token[], base: NumberRead): NumberRead {
  const text = textAt(tokens, base.next);
  if (text === 'dozen') return { value: base.value * 12, next: base.next + 1, scale: 12 };
  if (text !== 'hundred' || base.value === 0) return base;
  const next = base.next + 1;
  const rest = belowHundred(tokens, textAt(tokens, next) === 'and' ? next + 1 : next);
  if (rest === undefined || rest.value === 0 || ['hundred', 'dozen'].includes(textAt(tokens, rest.next))) return { value: base.value * 100, next, scale: 100 };
  // "A hundred and two thousand" is one number.
  return { value: base.value * 100 + rest.value, next: rest.next };
}

/** What follows a scale: "three hundred" of "two thousand three hundred", "and five". It must be smaller than what came before. */
function furtherGroupAt(tokens: readonly Token[], index: number, limit: number): NumberRead | undefined {
  const link = textAt(tokens, index);
  const at = link === 'and' || link === ',' ? index + 1 : index;
  const token = tokens[at];
  if (token?.kind === 'number' && (token.text.length !== 3 || limit < 1000) && (scaleAt(tokens, at + 1)?.value ?? limit) >= limit) return undefined;
  const group = token?.kind === 'number' ? firstGroupAt(tokens, at) : wordGroupAt(tokens, at);
  if (group === undefined || group.scale === 12) return undefined;
  const scale = scaleAt(tokens, group.next)?.value;
  // "Two thousand, three people" are two numbers.
  if (link === ',' && scale === undefined && group.value < 100) return undefined;
  return group.value * (scale ?? 1) < limit && (scale ?? 1) < limit ? group : undefined;
}

function wordGroupAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const base = belowHundred(tokens, index) ?? (textAt(tokens, index) === 'a' && textAt(tokens, index + 1) === 'hundred' ? { value: 1, next: index + 1 } : undefined);
  const group = base === undefined ? undefined : withHundreds(tokens, base);
  return group?.value === 0 ? undefined : group;
}

/** "Thousand", "million", and the "k" of "5k". */
export function scaleAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const value = SCALES.get(textAt(tokens, index)) ?? (isThousand(tokens, index) ? 1000 : undefined);
  return value === undefined ? undefined : { value, next: index + 1 };
}

/** The "k" of "5k" and of "seven hundred k", but not that of "five K L M". */
function isThousand(tokens: readonly Token[], index: number): boolean {
  const after = tokens[index + 1];
  return textAt(tokens, index) === 'k' && ((touches(tokens, index - 1) && tokens[index - 1]?.kind === 'number') || after === undefined || after.kind === 'mark' || after.text.length > 1);
}

function isScale(text: string): boolean {
  return SCALES.has(text) || text === 'hundred' || text === 'dozen';
}

function belowHundred(tokens: readonly Token[], index: number): NumberRead | undefined {
  const text = textAt(tokens, index);
  const small = UNITS.get(text) ?? TEENS.get(text);
  if (small !== undefined) return { value: small, next: index + 1 };
  const tens = TENS.get(text);
  if (tens === undefined) return undefined;
  const after = skipHyphen(tokens, index + 1);
  const unit = UNITS.get(textAt(tokens, after));
  return unit === undefined || unit === 0 ? { value: tens, next: index + 1 } : { value: tens + unit, next: after + 1 };
}

export const UNITS: ReadonlyMap<string, number> = new Map(['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].map((word, value) => [word, value]));
export const TEENS: ReadonlyMap<string, number> = new Map(['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'].map((word, value) => [word, value + 10]));
export const TENS: ReadonlyMap<string, number> = new Map([['twenty', 20], ['thirty', 30], ['forty', 40], ['fourty', 40], ['fifty', 50], ['sixty', 60], ['seventy', 70], ['eighty', 80], ['ninety', 90]]);
const SCALES: ReadonlyMap<string, number> = new Map([['thousand', 1000], ['grand', 1000], ['million', 1_000_000], ['mil', 1_000_000], ['billion', 1_000_000_000]]);
/** "A few hundred" is no hundred. */
const VAGUE: ReadonlySet<string> = new Set(['few', 'several', 'many', 'some', 'couple', 'per']);
const COUPLE = phrases('a couple of', 'a couple', 'couple of', 'couple');
const ORDINAL_ENDINGS: ReadonlySet<string> = new Set(['st', 'nd', 'rd', 'th']);
const ORDINALS: ReadonlyMap<string, number> = new Map([
  'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth', 'thirteenth', 'fourteenth', 'fifteenth',
  'sixteenth', 'seventeenth', 'eighteenth', 'nineteenth', 'twentieth',
].map((word, value): [string, number] => [word, value + 1]).concat([['thirtieth', 30]]));
