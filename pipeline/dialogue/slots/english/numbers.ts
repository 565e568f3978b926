import { skipHyphen, textAt, touches } from '../tokens.ts';
import type { Token } from '../tokens.ts';

/** A number read at a place; `next` is the index of the first token after it. */
export interface NumberRead {
  readonly value: number;
  readonly next: number;
}

/** A whole number in words or digits: "twenty five", "a hundred and three", "two thousand", "1,200". "two thirty" is two. */
export function cardinalAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  if (token.kind === 'number') return token.text.length <= 12 ? scaled(tokens, { value: Number(token.text), next: index + 1 }) : undefined;
  const base = belowHundred(tokens, index);
  if (base !== undefined) return scaled(tokens, base);
  if (token.text === 'a' && SCALES.has(textAt(tokens, index + 1))) return scaled(tokens, { value: 1, next: index + 1 });
  return SCALES.has(token.text) && token.text !== 'dozen' ? scaled(tokens, { value: 1, next: index }) : undefined;
}

/** As `cardinalAt`, with "minus", "two point five", "2.5" and "two and a half". */
export function decimalAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const text = textAt(tokens, index);
  if (text === 'minus' || text === 'negative' || (text === '-' && touches(tokens, index) && !(tokens[index - 1]?.kind === 'number' && touches(tokens, index - 1)))) {
    const rest = decimalAt(tokens, index + 1);
    return rest && { value: -rest.value, next: rest.next };
  }
  const whole = cardinalAt(tokens, index);
  if (whole === undefined) return undefined;
  const fraction = fractionAt(tokens, whole.next);
  return fraction === undefined ? whole : { value: whole.value + fraction.value, next: fraction.next };
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

/** What follows a number: "hundred", "thousand and five", "dozen". Scales must fall from left to right. */
function scaled(tokens: readonly Token[], base: NumberRead): NumberRead {
  let total = 0;
  let part = base.value;
  let next = base.next;
  let lowest = Number.POSITIVE_INFINITY;
  for (let scale = SCALES.get(textAt(tokens, next)); scale !== undefined && scale < lowest; scale = SCALES.get(textAt(tokens, next))) {
    next += 1;
    part *= scale;
    lowest = scale;
    const after = textAt(tokens, next) === 'and' ? next + 1 : next;
    const more = scale === 12 ? undefined : smallerAt(tokens, after, scale);
    if (more === undefined) break;
    total += part;
    part = more.value;
    next = more.next;
  }
  return { value: total + part, next };
}

function smallerAt(tokens: readonly Token[], index: number, scale: number): NumberRead | undefined {
  const token = tokens[index];
  const base = token?.kind === 'number' ? undefined : belowHundred(tokens, index);
  if (base === undefined) return undefined;
  if (scale > 100 && textAt(tokens, base.next) === 'hundred') return scaled(tokens, base);
  return base.value < scale ? base : undefined;
}

function fractionAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const text = textAt(tokens, index);
  if (text === '.' && touches(tokens, index - 1) && touches(tokens, index) && tokens[index + 1]?.kind === 'number') {
    return { value: Number(`0.${textAt(tokens, index + 1)}`), next: index + 2 };
  }
  if (text === 'and' && textAt(tokens, index + 1) === 'a' && textAt(tokens, index + 2) === 'half') return { value: 0.5, next: index + 3 };
  if (text !== 'point') return undefined;
  let digits = '';
  let next = index + 1;
  for (let digit = digitText(tokens[next]); digit !== undefined; digit = digitText(tokens[next])) {
    digits += digit;
    next += 1;
  }
  return digits === '' ? undefined : { value: Number(`0.${digits.slice(0, 12)}`), next };
}

function digitText(token: Token | undefined): string | undefined {
  if (token?.kind === 'number') return token.text;
  const unit = token === undefined ? undefined : UNITS.get(token.text) ?? (token.text === 'oh' ? 0 : undefined);
  return unit === undefined ? undefined : String(unit);
}

export const UNITS: ReadonlyMap<string, number> = new Map(['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].map((word, value) => [word, value]));
export const TEENS: ReadonlyMap<string, number> = new Map(['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'].map((word, value) => [word, value + 10]));
export const TENS: ReadonlyMap<string, number> = new Map([['twenty', 20], ['thirty', 30], ['forty', 40], ['fourty', 40], ['fifty', 50], ['sixty', 60], ['seventy', 70], ['eighty', 80], ['ninety', 90]]);
const SCALES: ReadonlyMap<string, number> = new Map([['dozen', 12], ['hundred', 100], ['thousand', 1000], ['grand', 1000], ['million', 1_000_000], ['billion', 1_000_000_000]]);
const ORDINAL_ENDINGS: ReadonlySet<string> = new Set(['st', 'nd', 'rd', 'th']);
const ORDINALS: ReadonlyMap<string, number> = new Map([
  'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth', 'thirteenth', 'fourteenth', 'fifteenth',
  'sixteenth', 'seventeenth', 'eighteenth', 'nineteenth', 'twentieth',
].map((word, value): [string, number] => [word, value + 1]).concat([['thirtieth', 30]]));
