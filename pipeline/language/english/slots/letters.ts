import { skipHyphen, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';

export interface SpelledRead {
  readonly letters: string;
  readonly next: number;
}

/** Letters said one by one: "J U L I E T", "J-U-L", "J as in Juliet", "double L", "Juliet Uniform Lima". At least `least` of them. */
export function spelledAt(tokens: readonly Token[], index: number, least = 2): SpelledRead | undefined {
  let letters = '';
  let next = index;
  for (let read = letterAt(tokens, next); read !== undefined; read = letterAt(tokens, afterPause(tokens, next))) {
    letters += read.letters;
    next = read.next;
  }
  return letters.length >= least ? { letters, next } : undefined;
}

function afterPause(tokens: readonly Token[], index: number): number {
  const text = textAt(tokens, index);
  return text === ',' || text === '.' || text === 'and' ? index + 1 : skipHyphen(tokens, index);
}

function letterAt(tokens: readonly Token[], index: number): SpelledRead | undefined {
  const text = textAt(tokens, index);
  if (text === 'double' || text === 'triple') {
    const one = letterAt(tokens, index + 1);
    return one?.letters.length === 1 ? { letters: one.letters.repeat(text === 'double' ? 2 : 3), next: one.next } : undefined;
  }
  if (text === 'capital' || text === 'letter') return letterAt(tokens, index + 1);
  if (/^[a-z]$/.test(text) && !(touches(tokens, index) && textAt(tokens, index + 1) === "'")) {
    const explained = explainedAt(tokens, index + 1);
    return { letters: text, next: explained ?? index + 1 };
  }
  const nato = NATO.get(text);
  if (nato !== undefined) return { letters: nato, next: text === 'x' ? index + 2 : index + 1 };
  const sound = LETTER_SOUNDS.get(text);
  if (sound === undefined) return undefined;
  const explained = explainedAt(tokens, index + 1);
  return { letters: sound, next: explained ?? index + 1 };
}

/** "As in Juliet", "like Juliet", "for Juliet": after a letter. */
function explainedAt(tokens: readonly Token[], index: number): number | undefined {
  const at = textAt(tokens, index) === ',' ? index + 1 : index;
  if (textAt(tokens, at) === 'as' && textAt(tokens, at + 1) === 'in' && tokens[at + 2]?.kind === 'word') return at + 3;
  return EXPLAINS.has(textAt(tokens, at)) && tokens[at + 1]?.kind === 'word' && textAt(tokens, at + 1).length > 1 ? at + 2 : undefined;
}

const EXPLAINS: ReadonlySet<string> = new Set(['like', 'for']);
/** The alphabet of ICAO Annex 10, with the spellings that recognisers write. */
const NATO: ReadonlyMap<string, string> = new Map([
  'alpha', 'alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india', 'juliet', 'juliett', 'kilo', 'lima', 'mike', 'november', 'oscar', 'papa',
  'quebec', 'romeo', 'sierra', 'tango', 'uniform', 'victor', 'whiskey', 'whisky', 'yankee', 'zulu',
].map((word) => [word, word.charAt(0)]));
/** Only sounds that are no words of their own in answers. */
const LETTER_SOUNDS: ReadonlyMap<string, string> = new Map([['zed', 'z'], ['zee', 'z'], ['ess', 's'], ['aitch', 'h'], ['cee', 'c'], ['dee', 'd'], ['gee', 'g'], ['jay', 'j'], ['kay', 'k'], ['ell', 'l'], ['em', 'm'], ['en', 'n'], ['pee', 'p'], ['cue', 'q'], ['tee', 't'], ['vee', 'v'], ['ex', 'x']]);
