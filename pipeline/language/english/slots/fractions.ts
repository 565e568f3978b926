import { phraseAt, phrases, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { cardinalAt, scaleAt, UNITS } from './numbers.ts';
import type { NumberRead } from './numbers.ts';

/**
 * As `cardinalAt`, with what is no whole number: "minus three", "two point five", "2.5", "27,50", "two and a half", "three quarters",
 * "1 1/2", "2½", and what is counted in parts: "half a million", "one and a half thousand", "half a dozen".
 */
export function decimalAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const text = textAt(tokens, index);
  if (text === 'minus' || text === 'negative' || (SIGNS.has(text) && touches(tokens, index) && !(tokens[index - 1]?.kind === 'number' && touches(tokens, index - 1)))) {
    const rest = SIGNS.has(textAt(tokens, index + 1)) ? undefined : decimalAt(tokens, index + 1);
    return rest && { value: -rest.value, next: rest.next };
  }
  return shareAt(tokens, index) ?? wholeAndPartAt(tokens, index) ?? scaledPointAt(tokens, index);
}

/** "Point five", "point five million". */
function scaledPointAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const point = pointAt(tokens, index);
  const scale = point === undefined ? undefined : scaleWordAt(tokens, point.next);
  return point === undefined || scale === undefined ? point : { value: exact(point.value * scale.value), next: scale.next, scale: scale.value };
}

/** "27", "two and a half million", "a million and a half", "1 234.50". */
function wholeAndPartAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const grouped = groupedAt(tokens, index);
  const whole = grouped ?? cardinalAt(tokens, index);
  if (whole === undefined) return undefined;
  const part = grouped?.value !== undefined && !Number.isInteger(grouped.value) ? undefined : partAfter(tokens, whole.next);
  const read = part === undefined ? whole : { value: exact(whole.value + part.value * (part.ofScale && (whole.scale ?? 1) !== 100 ? whole.scale ?? 1 : 1)), next: part.next };
  const scale = part === undefined && whole.scale !== undefined ? undefined : scaleWordAt(tokens, read.next);
  return scale === undefined ? read : { value: exact(read.value * scale.value), next: scale.next, scale: scale.value };
}

/** "1 234", "1.234.567", "1.234,56": thousands apart by a space or, with cents after a comma, by dots. */
function groupedAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const first = tokens[index];
  if (first?.kind !== 'number' || !/^[1-9]\d{0,2}$/.test(first.raw)) return undefined;
  return spacedAt(tokens, index) ?? dottedAt(tokens, index);
}

function spacedAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  let digits = textAt(tokens, index);
  let next = index + 1;
  while (isNear(tokens, next) && /^\d{3}$/.test(tokens[next]?.raw ?? '')) {
    digits += textAt(tokens, next);
    next += 1;
  }
  // "415 555 0123" is a telephone number, "Kiran1 100 euros" and "room 2 100 euros" are two.
  const before = tokens[index - 1];
  const isOther = isNear(tokens, next) || isNear(tokens, index) || (before?.kind === 'word' && (touches(tokens, index - 1) || NUMBERED.has(before.text)));
  return next === index + 1 || isOther || digits.length > 12 ? undefined : { value: Number(digits), next };
}

/** A number one space after another. */
function isNear(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  const token = tokens[index];
  return before?.kind === 'number' && token?.kind === 'number' && token.from === before.to + 1;
}

function dottedAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  let digits = textAt(tokens, index);
  let next = index + 1;
  let groups = 0;
  while (isMarked(tokens, next, '.', 3)) {
    digits += textAt(tokens, next + 1);
    next += 2;
    groups += 1;
  }
  const hasCents = groups > 0 && isMarked(tokens, next, ',', 2);
  if (!hasCents && groups < 2) return undefined;
  return { value: Number(`${digits}.${hasCents ? textAt(tokens, next + 1) : '0'}`), next: hasCents ? next + 2 : next };
}

/** A mark at `index` with digits right before and behind it. */
function isMarked(tokens: readonly Token[], index: number, mark: string, length: number): boolean {
  return textAt(tokens, index) === mark && touches(tokens, index - 1) && touches(tokens, index) && tokens[index + 1]?.kind === 'number' && tokens[index + 1]?.raw.length === length;
}

interface Part extends NumberRead {
  /** "And a half" of what was counted last. */
  readonly ofScale: boolean;
}

function partAfter(tokens: readonly Token[], index: number): Part | undefined {
  const point = pointAt(tokens, index) ?? commaAt(tokens, index);
  if (point !== undefined) return { ...point, ofScale: false };
  const glyph = GLYPHS.get(textAt(tokens, index));
  if (glyph !== undefined) return { value: glyph, next: index + 1, ofScale: false };
  const led = textAt(tokens, index) === 'and';
  const written = writtenShareAt(tokens, led ? index + 1 : index);
  if (written !== undefined && written.value < 1) return { ...written, ofScale: led };
  const share = led ? spokenShareAt(tokens, index + 1) : undefined;
  return share === undefined || share.value >= 1 ? undefined : { ...share, ofScale: true };
}

/** "27,50": two digits or one, as much of the world writes. */
function commaAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const isDecimal = (isMarked(tokens, index, ',', 1) || isMarked(tokens, index, ',', 2)) && !(textAt(tokens, index + 2) === ',' && touches(tokens, index + 1));
  return isDecimal ? { value: Number(`0.${textAt(tokens, index + 1)}`), next: index + 2 } : undefined;
}

/** ".5", "point five", "point two five". */
function pointAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const mark = textAt(tokens, index);
  if (mark === '.' && touches(tokens, index) && tokens[index + 1]?.kind === 'number' && (index === 0 || tokens[index - 1]?.kind !== 'number' || touches(tokens, index - 1))) {
    const scaled = scaleWordAt(tokens, index + 2);
    const value = Number(`0.${textAt(tokens, index + 1)}`);
    return tokens[index - 1]?.kind === 'number' || scaled === undefined ? { value, next: index + 2 } : { value: exact(value * scaled.value), next: scaled.next };
  }
  if (mark !== 'point') return undefined;
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

/** "Half", "three quarters", "3/4", "½", with what it is a part of: "half a million", "a quarter of a million". */
function shareAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const glyph = GLYPHS.get(textAt(tokens, index));
  const written = glyph === undefined ? writtenShareAt(tokens, index) : { value: glyph, next: index + 1 };
  const share = written ?? spokenShareAt(tokens, index);
  if (share === undefined) return undefined;
  const of = textAt(tokens, share.next) === 'of' ? share.next + 1 : share.next;
  const scale = scaleWordAt(tokens, /^(?:an?|one)$/.test(textAt(tokens, of)) ? of + 1 : of);
  if (scale !== undefined) return { value: exact(share.value * scale.value), next: scale.next, scale: scale.value };
  // "A quarter of three" is a time.
  const isTime = NO_SHARE.has(textAt(tokens, share.next)) || (of > share.next && cardinalAt(tokens, of) !== undefined);
  return written === undefined && isTime ? undefined : share;
}

/** "3/4" and no date. */
function writtenShareAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const over = tokens[index];
  const under = tokens[index + 2];
  if (over?.kind !== 'number' || under?.kind !== 'number' || textAt(tokens, index + 1) !== '/' || !touches(tokens, index) || !touches(tokens, index + 1)) return undefined;
  if (textAt(tokens, index + 3) === '/' || !WRITTEN_PARTS.has(Number(under.text)) || Number(over.text) >= Number(under.text) || Number(over.text) === 0) return undefined;
  return { value: Number(over.text) / Number(under.text), next: index + 3 };
}

/** "Half", "a half", "one third", "three quarters". */
function spokenShareAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  const text = textAt(tokens, index);
  if (text === 'half') return { value: 0.5, next: index + 1 };
  const count = text === 'a' || text === 'an' ? { value: 1, next: index + 1 } : SHARE_COUNTS.has(text) ? { value: UNITS.get(text) ?? Number(text), next: index + 1 } : undefined;
  const part = count === undefined ? undefined : textAt(tokens, count.next) === '-' ? { ...count, next: count.next + 1 } : count;
  const name = part === undefined ? '' : textAt(tokens, part.next);
  const size = PARTS.get(name);
  // "Two third class tickets" are two tickets.
  if (part !== undefined && size !== undefined && (part.value === 1 || name.endsWith('s') || name === 'quarter')) return { value: exact(part.value / size), next: part.next + 1 };
  return text === 'quarter' && phraseAt(tokens, index + 1, OF_A) !== undefined ? { value: 0.25, next: index + 1 } : undefined;
}

function scaleWordAt(tokens: readonly Token[], index: number): NumberRead | undefined {
  if (textAt(tokens, index) === 'hundred') return { value: 100, next: index + 1 };
  return textAt(tokens, index) === 'dozen' ? { value: 12, next: index + 1 } : scaleAt(tokens, index);
}

/** Without the dust of binary fractions: 1.2 million is 1,200,000. */
function exact(value: number): number {
  return Number(value.toPrecision(14));
}

const SIGNS: ReadonlySet<string> = new Set(['-', '−', '–']);
const GLYPHS: ReadonlyMap<string, number> = new Map([['½', 1 / 2], ['¼', 1 / 4], ['¾', 3 / 4], ['⅓', 1 / 3], ['⅔', 2 / 3], ['⅛', 1 / 8], ['⅜', 3 / 8], ['⅝', 5 / 8], ['⅞', 7 / 8], ['⅕', 1 / 5]]);
const PARTS: ReadonlyMap<string, number> = new Map([['half', 2], ['halves', 2], ['third', 3], ['thirds', 3], ['quarter', 4], ['quarters', 4], ['fourths', 4], ['fifth', 5], ['fifths', 5], ['eighth', 8], ['eighths', 8], ['tenth', 10], ['tenths', 10]]);
const SHARE_COUNTS: ReadonlySet<string> = new Set(['one', 'two', 'three', 'four', 'five', 'seven', '1', '2', '3', '4', '5', '7']);
const WRITTEN_PARTS: ReadonlySet<number> = new Set([2, 3, 4, 5, 8, 10]);
/** "Half past two", "half an hour", "a quarter to five" are read by others. */
const NO_SHARE: ReadonlySet<string> = new Set(['past', 'after', 'to', 'till', 'til', 'before', 'hour', 'hours', 'an', 'floor', 'time', 'day']);
/** What is called by a number. */
const NUMBERED: ReadonlySet<string> = new Set(['room', 'table', 'gate', 'floor', 'number', 'seat', 'unit', 'apartment', 'suite', 'flight', 'platform', 'line', 'bus', 'day', 'option', 'lot', 'item']);
const OF_A = phrases('of a', 'of an', 'a million', 'million');
