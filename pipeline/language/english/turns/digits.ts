import { wordsOf } from '../../../text/words.ts';

const SINGLE = new Set(['zero', 'oh', 'o', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'double', 'triple', 'niner', 'nought']);
const COMPOUND = new Set([
  'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen',
  'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety', 'hundred', 'thousand',
]);
/** Words before a number that make it a name of something, not the beginning of a longer one. */
const COUNTED_BEFORE = new Set([
  'room', 'floor', 'gate', 'platform', 'table', 'page', 'in', 'since', 'year', 'of', 'for', 'at', 'about', 'around',
  'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december',
]);
const NUMBER_NAMES = new Set(['number', 'code', 'zip', 'phone', 'telephone', 'mobile', 'card', 'account', 'reservation', 'booking', 'confirmation', 'pin', 'digits']);

export type TrailingNumber =
  /** The text stops in a string of digits that may go on: a telephone number, a postcode, a code. */
  | 'digit-string'
  /** The text ends with a number that stands for itself: a time, a price, a room, a quantity. */
  | 'number'
  | 'none';

/** What kind of number a text ends with. Digits as figures ("10001 90210", "1-0-0") and as words ("nine oh two"). */
export function trailingNumber(text: string): TrailingNumber {
  const trimmed = text.trim().replace(/[\s.,;!?…-]+$/u, '');
  if (/\d{1,2}:\d{2}(\s*[ap]\.?m)?$/i.test(trimmed) || /[$€£]\s?[\d.,]+$/u.test(trimmed)) return 'number';
  const words = wordsOf(trimmed);
  let from = words.length;
  while (from > 0 && isNumberWord(words[from - 1] ?? '')) from -= 1;
  const run = words.slice(from);
  if (run.length === 0) return 'none';
  const before = words[from - 1] ?? '';
  return isDigitString(run, before, words) ? 'digit-string' : 'number';
}

function isDigitString(run: readonly string[], before: string, words: readonly string[]): boolean {
  const singles = run.filter((word) => SINGLE.has(word) || /^\d$/.test(word)).length;
  const figures = run.join('').replace(/\D/g, '').length;
  const named = words.some((word) => NUMBER_NAMES.has(word));
  if (named) return figures > 0 || singles > 0;
  if (figures >= 5 || singles >= 3) return true;
  const last = run.at(-1) ?? '';
  if (COUNTED_BEFORE.has(before) && run.length === 1) return false;
  if (/^(19|20)\d\d$/.test(last) && run.length === 1 && words.length > 1) return false;
  if (figures >= 3) return true;
  return singles >= 2 && run.length === singles;
}

function isNumberWord(word: string): boolean {
  return /^\d+$/.test(word) || SINGLE.has(word) || COMPOUND.has(word);
}
