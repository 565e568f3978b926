import type { TurnLanguage } from '../language/turn-language.ts';
import { wordsOf } from './words.ts';

/** Phrases by which callers ask for time or for silence, and begin to interrupt. */
export interface AttentionWords {
  readonly holds: readonly string[];
  readonly stops: readonly string[];
  /** May stand around them. */
  readonly polite: readonly string[];
  readonly leadIns: readonly string[];
  /** Ask for the last answer once more, and more slowly. */
  readonly agains: readonly string[];
  readonly slowers: readonly string[];
  /** May stand around those: "can you". */
  readonly asking: readonly string[];
  /** Ask to go on after an interruption. */
  readonly goOns: readonly string[];
}

export function attentionBy(phrases: AttentionWords): Pick<TurnLanguage, 'asksToWait' | 'isLeadIn' | 'asksAgain' | 'asksToGoOn'> {
  const { holds, stops, polite, leadIns, agains, slowers, asking, goOns } = phrases;
  return {
    asksToWait: (text) => {
      const said = shortTurn(text);
      if (said === undefined) return undefined;
      if (consists(said, [...holds, ...polite]) && contains(said, holds)) return 'hold';
      return consists(said, [...stops, ...polite]) && contains(said, stops) ? 'stop' : undefined;
    },
    isLeadIn: (text) => {
      const said = shortTurn(text);
      return said !== undefined && consists(said, [...leadIns, ...holds, ...stops, ...polite]);
    },
    asksAgain: (text) => {
      const said = shortTurn(text);
      if (said === undefined || !consists(said, [...slowers, ...agains, ...polite, ...asking])) return undefined;
      if (contains(said, slowers)) return 'slower';
      return contains(said, agains) ? 'again' : undefined;
    },
    asksToGoOn: (text) => {
      const said = shortTurn(text);
      return said !== undefined && consists(said, [...goOns, ...polite]) && contains(said, goOns);
    },
  };
}

/** The words of a turn that is short enough to ask for nothing else. */
function shortTurn(text: string): string | undefined {
  const words = wordsOf(text);
  return words.length === 0 || words.length > MAX_WORDS ? undefined : words.join(' ');
}

/** Whether `said` is made of nothing but these phrases; longer ones are taken first. */
function consists(said: string, phrases: readonly string[]): boolean {
  let rest = ` ${said.replaceAll(' ', '  ')} `;
  for (const phrase of phrases.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(` ${phrase.replaceAll(' ', '  ')} `, ' ');
  return rest.trim() === '';
}

function contains(said: string, phrases: readonly string[]): boolean {
  return phrases.some((phrase) => ` ${said} `.includes(` ${phrase} `));
}

const MAX_WORDS = 8;
