import { ratio, type Ratio } from '#domain/units';
import type { KnowledgeLanguage } from '../language/knowledge-language.ts';
import { wordsOf } from '../text/words.ts';

/**
 * Core: how many of the words that matter an entry knows. Sentence vectors are near for sentences of the same form
 * ("How long is the flight to Tokyo?", "How long does it take to the airport?"); words tell them apart. A word weighs
 * more the fewer entries use it, and most if none does.
 */
export class Lexicon {
  readonly #known: readonly ReadonlySet<string>[];
  readonly #weights = new Map<string, number>();
  readonly #unknownWeight: number;

  /** `entries`: all texts of each entry. */
  constructor(entries: readonly (readonly string[])[], language: KnowledgeLanguage) {
    this.#known = entries.map((texts) => new Set(texts.flatMap((text) => stemsOf(text, language))));
    const used = new Map<string, number>();
    for (const stem of this.#known.flatMap((stems) => [...stems])) used.set(stem, (used.get(stem) ?? 0) + 1);
    for (const [stem, count] of used) this.#weights.set(stem, Math.log(1 + entries.length / count));
    this.#unknownWeight = Math.log(1 + entries.length);
  }

  /** 0: the entry knows none of these stems, 1: all of them, or there are none. */
  coverage(stems: readonly string[], entry: number): Ratio {
    let known = 0;
    let all = 0;
    for (const stem of stems) {
      const weight = this.#weights.get(stem) ?? this.#unknownWeight;
      all += weight;
      if (this.#known[entry]?.has(stem)) known += weight;
    }
    return ratio(all === 0 ? 1 : known / all);
  }
}

/** The stems of the words that matter, each once. */
export function stemsOf(text: string, language: KnowledgeLanguage): readonly string[] {
  const words = wordsOf(language.joined(text.toLowerCase())).filter((word) => !language.stopWords.has(word));
  return [...new Set(words.map((word) => language.stem(word)))];
}
