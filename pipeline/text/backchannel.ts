import type { TurnLanguage } from '../language/turn-language.ts';
import { wordsOf } from './words.ts';

/** What listeners say in a language without wanting the floor, and what takes it. */
export interface BackchannelWords {
  /** Several words that are a nod together. */
  readonly phrases: readonly string[];
  readonly words: ReadonlySet<string>;
  /** Nods that answer a yes/no question. */
  readonly answers: ReadonlySet<string>;
  readonly stops: ReadonlySet<string>;
  readonly requests: ReadonlySet<string>;
}

type Backchannels = Pick<TurnLanguage, 'isBackchannel' | 'realWords' | 'mayAnswer' | 'isStopWord' | 'isRequestWord'>;

export function backchannelsBy({ phrases, words, answers, stops, requests }: BackchannelWords): Backchannels {
  const realWords = (text: string): readonly string[] => {
    let joined = ` ${wordsOf(text).join(' ')} `;
    for (const phrase of phrases) joined = joined.replaceAll(` ${phrase} `, ' ');
    return joined.split(' ').filter((word) => word !== '' && !words.has(word));
  };
  return {
    realWords,
    isBackchannel: (text) => {
      const count = wordsOf(text).length;
      return count > 0 && count <= MAX_WORDS && realWords(text).length === 0;
    },
    mayAnswer: (text) => wordsOf(text).some((word) => answers.has(word)),
    isStopWord: (word) => stops.has(word),
    isRequestWord: (word) => requests.has(word),
  };
}

/** Who says more than so many nods at once wants something. A guess. */
const MAX_WORDS = 6;
