import { ratio, type Ratio } from '#domain/units';
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
  constructor(entries: readonly (readonly string[])[]) {
    this.#known = entries.map((texts) => new Set(texts.flatMap(stemsOf)));
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
export function stemsOf(text: string): readonly string[] {
  const joined = text.toLowerCase().replace(/\b(wi|check|e)[- ](fi|in|out|mail)\b/g, '$1$2');
  return [
    ...new Set(
      wordsOf(joined)
        .filter((word) => !STOP_WORDS.has(word))
        .map(stem),
    ),
  ];
}

/** Enough for plurals and verb forms of everyday English. */
function stem(word: string): string {
  if (word.length <= 3) return word;
  const base = word
    .replace(/'s$/, '')
    .replace(/(?:ies)$/, 'y')
    .replace(/(ss|us|is)$/, '$1')
    .replace(/(?<![su])s$/, '');
  return base.length > 5 ? base.replace(/(?:ing|ed)$/, '') : base;
}

const STOP_WORDS: ReadonlySet<string> = new Set(
  `a an and any are as at be by can could did do does for from get go got had has have hello hey hi how i i'd i'll i'm if in is it its it's just know
  like may me much my of okay on or our out please should so some tell than that the their them then there these they this to uh um us
  was we were what what's when where which who will with would yeah yes you your about actually excuse sorry wait well`.split(/\s+/),
);
