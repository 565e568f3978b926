import { wordsOf } from '../text/words.ts';

/**
 * Core: how much two short texts share of the words that matter. Helps sentence vectors where they are weakest, with one
 * or two words ("parking", "the pool"). A word weighs more the fewer entries use it.
 */
export class Lexicon {
  readonly #weights = new Map<string, number>();
  readonly #rare: number;

  /** `entries`: the wordings of each entry. */
  constructor(entries: readonly (readonly string[])[]) {
    const used = new Map<string, number>();
    for (const wordings of entries) {
      for (const stem of new Set(wordings.flatMap(stemsOf))) used.set(stem, (used.get(stem) ?? 0) + 1);
    }
    for (const [stem, count] of used) this.#weights.set(stem, Math.log(1 + entries.length / count));
    this.#rare = Math.log(1 + entries.length);
  }

  /** 0: nothing in common, 1: the same words that matter; the cosine of the weighted words. */
  similarity(a: readonly string[], b: readonly string[]): number {
    const inBoth = b.filter((stem) => a.includes(stem));
    if (inBoth.length === 0) return 0;
    return this.#sum(inBoth) / Math.sqrt(this.#sum(a) * this.#sum(b));
  }

  #sum(stems: readonly string[]): number {
    let sum = 0;
    for (const stem of stems) sum += (this.#weights.get(stem) ?? this.#rare) ** 2;
    return sum;
  }
}

/** The stems of the words that matter, each once. */
export function stemsOf(text: string): readonly string[] {
  const joined = text.toLowerCase().replace(/\b(wi|check|e)[- ](fi|in|out|mail)\b/g, '$1$2');
  return [...new Set(wordsOf(joined).filter((word) => !STOP_WORDS.has(word)).map(stem))];
}

/** Enough for plurals and verb forms of everyday English. */
function stem(word: string): string {
  if (word.length <= 3) return word;
  const base = word.replace(/'s$/, '').replace(/(?:ies)$/, 'y').replace(/(ss|us|is)$/, '$1').replace(/(?<![su])s$/, '');
  return base.length > 5 ? base.replace(/(?:ing|ed)$/, '') : base;
}

const STOP_WORDS: ReadonlySet<string> = new Set(
  `a an and any are as at be by can could did do does for from get go got had has have hello hey hi how i i'd i'll i'm if in is it its it's just know
  like may me much my of okay on or our out please should so some tell than that the their them then there these they this to uh um us
  was we were what what's when where which who will with would yeah yes you your about actually excuse sorry wait well`.split(/\s+/),
);
