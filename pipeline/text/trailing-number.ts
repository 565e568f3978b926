import { wordsOf } from './words.ts';

/** The words by which a language says digits and numbers. */
export interface NumberWords {
  /** A digit each: "nine", "oh", "double". */
  readonly single: ReadonlySet<string>;
  /** "Twelve", "thirty", "hundred". */
  readonly compound: ReadonlySet<string>;
  /** Words before a number that make it a name of something, not the beginning of a longer one: "room". */
  readonly countedBefore: ReadonlySet<string>;
  /** Words by which numbers are called that are said digit by digit: "code". */
  readonly numberNames: ReadonlySet<string>;
  /** A time of day, or a price, in figures at the end of a text. */
  readonly timeOrPrice: RegExp;
}

/**
 * Whether a text stops in a string of digits that may go on: a telephone number, a postcode, a code. Digits as figures
 * ("10001 90210", "1-0-0") and as words ("nine oh two"). A time, a price, a room or a quantity stands for itself.
 */
export function endsInDigits(text: string, by: NumberWords): boolean {
  const trimmed = text.trim().replace(/[\s.,;!?…-]+$/u, '');
  if (by.timeOrPrice.test(trimmed)) return false;
  const words = wordsOf(trimmed);
  let from = words.length;
  while (from > 0 && isNumberWord(words[from - 1] ?? '', by)) from -= 1;
  const run = words.slice(from);
  return run.length > 0 && isDigitString(run, words[from - 1] ?? '', words, by);
}

function isDigitString(run: readonly string[], before: string, words: readonly string[], by: NumberWords): boolean {
  const singles = run.filter((word) => by.single.has(word) || /^\d$/.test(word)).length;
  const figures = run.join('').replace(/\D/g, '').length;
  const named = words.some((word) => by.numberNames.has(word));
  if (named) return figures > 0 || singles > 0;
  if (figures >= 5 || singles >= 3) return true;
  const last = run.at(-1) ?? '';
  if (by.countedBefore.has(before) && run.length === 1) return false;
  if (/^(19|20)\d\d$/.test(last) && run.length === 1 && words.length > 1) return false;
  if (figures >= 3) return true;
  return singles >= 2 && run.length === singles;
}

function isNumberWord(word: string, { single, compound }: NumberWords): boolean {
  return /^\d+$/.test(word) || single.has(word) || compound.has(word);
}
