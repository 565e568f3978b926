import { readCorrection } from '../slots/corrections.ts';
import { readYesNo } from '../slots/create-slot-type.ts';
import { wordsOf } from '../../text/words.ts';

/** What a caller says about the form itself instead of filling it in. Always the whole of what was said. */
export type Command = 'cancel' | 'restart' | 'back' | 'repeat' | 'needs' | 'help' | 'skip' | 'unknown';

export function commandIn(text: string): Command | undefined {
  if (NOTHING.test(plain(text))) return 'skip';
  const { kind } = readCorrection(text);
  switch (kind) {
    case 'cancel': case 'restart': case 'back': case 'repeat': case 'skip': case 'unknown':
      return kind;
    case 'help':
      return NEEDS.test(plain(text)) ? 'needs' : 'help';
    default:
      return undefined;
  }
}

/**
 * A yes or a no, if the text says that and nothing else. Strict, because a yes acts: "yes but", "yes no" and "yes at
 * three" are neither.
 */
export function yesOrNo(text: string): 'yes' | 'no' | undefined {
  const reading = readYesNo(text);
  if (reading.kind !== 'value') return undefined;
  const [from, to] = reading.span;
  const others = wordsOf(`${text.slice(0, from)} ${text.slice(to)}`);
  if (others.some((word) => !POLITE.has(word))) return undefined;
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
export function openingOf(text: string): Opened {
  // What is taken back in the middle is another matter.
  const correction = takenBack(text) === undefined ? readCorrection(text) : { kind: 'none' } as const;
  if (correction.kind !== 'correct' && correction.kind !== 'change') return { rest: text, corrects: false };
  const rest = correction.rest.trim() === '' ? text : correction.rest.trim();
  return { rest, corrects: true, ...(correction.kind === 'change' && { what: correction.what }) };
}

/** "Seventeen people, no, two people": what was said before its correction, and what is meant; undefined where nothing is taken back. */
export function takenBack(text: string): { readonly before: string; readonly meant: string } | undefined {
  let last: RegExpExecArray | undefined;
  for (const found of text.matchAll(TAKEN_BACK)) last = found;
  if (last === undefined) return undefined;
  const before = text.slice(0, last.index);
  return wordsOf(before).every((word) => POLITE.has(word)) ? undefined : { before, meant: text.slice(last.index + last[0].length) };
}

/** From which place of a list something was chosen: 0 for "the first one", -1 for "the last". */
export function placeIn(text: string): number | undefined {
  const said = withoutPolite(wordsOf(text)).join(' ');
  const place = /^(?:i (?:will |would )?(?:take|want|mean|meant|prefer) |i'll take |let's take |give me )?(?:the )?(first|second|third|fourth|former|latter|last|earlier|later)(?: one| option)?$/.exec(said)?.[1];
  return place === undefined ? undefined : PLACES[place];
}

function withoutPolite(words: readonly string[]): readonly string[] {
  let from = 0;
  let to = words.length;
  while (from < to - 1 && POLITE.has(words[from] ?? '')) from++;
  while (to > from + 1 && POLITE.has(words[to - 1] ?? '')) to--;
  return words.slice(from, to);
}

function plain(text: string): string {
  return withoutPolite(wordsOf(text)).join(' ');
}

const POLITE: ReadonlySet<string> = new Set(['please', 'okay', 'ok', 'oh', 'um', 'uh', 'er', 'well', 'thanks', 'sorry', 'actually', 'so', 'hey', 'just', 'hmm', 'then', 'ah']);
/** Said to what is optional. */
const NOTHING = /^(?:no|nope|nothing|none|no thank you|no thanks|not needed|without)$/;
/** Who asks for what is still to be said, and not for help with the question. */
const NEEDS = /\b(?:do you (?:still |else )?(?:need|want)|information|details|missing|have to (?:say|tell))\b/;
/** After a pause: a plain no can be part of what is said. */
const TAKEN_BACK = /[,.;!?-]\s*(?:(?:oh|uh|um|no|nope|wait|sorry|actually|rather|or rather|i mean|i meant|i said|make (?:it|that)|scratch that|correction|it's)(?=[\s,.!;-])[\s,.!;-]*)+(?=\S)/gi;
const PLACES: Readonly<Record<string, number>> = { first: 0, former: 0, earlier: 0, second: 1, third: 2, fourth: 3, latter: -1, last: -1, later: -1 };
