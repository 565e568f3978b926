import { unreachable } from '#domain/assert';
import { readCorrection } from '../slots/corrections.ts';
import { readYesNo } from '../slots/create-slot-type.ts';
import { wordsOf } from '../../text/words.ts';
import type { Language } from '../../language/language.ts';

/** What a caller says about the form itself instead of filling it in. Always the whole of what was said. */
export type Command = 'cancel' | 'restart' | 'back' | 'repeat' | 'needs' | 'help' | 'skip' | 'unknown';

/** In words, in the middle of a dictation. */
export const MAX_COMMAND = 4;

export function commandIn(text: string, language: Language): Command | undefined {
  const words = withoutPolite(text, language);
  if (language.forms.hears.isNothing(words)) return 'skip';
  const { kind } = readCorrection(text, language.forms.corrections);
  switch (kind) {
    case 'cancel':
    case 'restart':
    case 'back':
    case 'repeat':
    case 'skip':
    case 'unknown':
      return kind;
    case 'help':
      return language.forms.hears.asksWhatIsNeeded(words) ? 'needs' : 'help';
    case 'change':
    case 'correct':
    case 'wait':
    case 'none':
      return undefined;
    default:
      return unreachable(kind);
  }
}

/**
 * A yes or a no, if the text says that and nothing else. Strict, because a yes acts: "yes but", "yes no" and "yes at
 * three" are neither.
 */
export function yesOrNo(text: string, { slots, forms: { hears } }: Language): 'yes' | 'no' | undefined {
  const reading = readYesNo(text, slots);
  if (reading.kind !== 'value') return undefined;
  const [from, to] = reading.span;
  const others = wordsOf(`${text.slice(0, from)} ${text.slice(to)}`);
  if (others.some((word) => !hears.polite.has(word))) return undefined;
  return reading.value === true ? 'yes' : 'no';
}

export interface Opened {
  /** What is left to be read; never empty. */
  readonly rest: string;
  /** It begins like the correction of something that was said before. */
  readonly corrects: boolean;
  /** What the caller wants changed, in their words: "the date". */
  readonly what?: string;
}

/** Takes off what only says that a value is corrected: "no, three people", "actually make it Tuesday", "not Monday, Tuesday", "change the date to Friday". */
export function openingOf(text: string, language: Language): Opened {
  // What is taken back in the middle is another matter.
  const correction =
    takenBack(text, language) === undefined ? readCorrection(text, language.forms.corrections) : ({ kind: 'none' } as const);
  if (correction.kind !== 'correct' && correction.kind !== 'change') return { rest: text, corrects: false };
  const rest = correction.rest.trim() === '' ? text : correction.rest.trim();
  return { rest, corrects: true, ...(correction.kind === 'change' && { what: correction.what }) };
}

/** "Seventeen people, no, two people": what was said before its correction, and what is meant; undefined where nothing is taken back. */
export function takenBack(text: string, { forms: { hears } }: Language): { readonly before: string; readonly meant: string } | undefined {
  const found = hears.findTakenBack(text);
  if (found === undefined) return undefined;
  const before = text.slice(0, found.from);
  return wordsOf(before).every((word) => hears.polite.has(word)) ? undefined : { before, meant: text.slice(found.to) };
}

/** From which place of a list something was chosen: 0 for "the first one", -1 for "the last". */
export function placeIn(text: string, language: Language): number | undefined {
  return language.forms.hears.placeIn(withoutPolite(text, language));
}

/** The words without the polite ones at both ends; one is always left. */
function withoutPolite(text: string, { forms: { hears } }: Language): readonly string[] {
  const words = wordsOf(text);
  let from = 0;
  let to = words.length;
  while (from < to - 1 && hears.polite.has(words[from] ?? '')) from++;
  while (to > from + 1 && hears.polite.has(words[to - 1] ?? '')) to--;
  return words.slice(from, to);
}
