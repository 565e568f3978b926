import type { TurnLanguage } from '../language/turn-language.ts';
import { wordsOf } from './words.ts';

/** Phrases by which callers ask for time or for silence, and begin to interrupt. */
export interface AttentionWords {
  readonly holds: readonly string[];
  readonly stops: readonly string[];
  /** May stand around them. */
  readonly polite: readonly string[];
  readonly leadIns: readonly string[];
}

export function attentionBy({ holds, stops, polite, leadIns }: AttentionWords): Pick<TurnLanguage, 'asksToWait' | 'isLeadIn'> {
  return {
    asksToWait: (text) => {
      const words = wordsOf(text);
      if (words.length === 0 || words.length > MAX_WORDS) return undefined;
      const said = words.join(' ');
      if (consists(said, [...holds, ...polite]) && contains(said, holds)) return 'hold';
      return consists(said, [...stops, ...polite]) && contains(said, stops) ? 'stop' : undefined;
    },
    isLeadIn: (text) => {
      const words = wordsOf(text);
      return words.length > 0 && words.length <= MAX_WORDS && consists(words.join(' '), [...leadIns, ...holds, ...stops, ...polite]);
    },
  };
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
