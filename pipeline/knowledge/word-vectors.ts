import type { KnowledgeLanguage } from '../language/knowledge-language.ts';
import { stemsOf } from './lexicon.ts';

/**
 * Core: vectors of sentences by their words alone, for while the service that makes better ones is away. One dimension a
 * word that any entry uses, weighing more the fewer entries use it; one more for what no entry knows.
 */
export class WordVectors {
  readonly #language: KnowledgeLanguage;
  readonly #places = new Map<string, number>();
  readonly #weights: number[] = [];
  readonly #unknownWeight: number;

  /** `entries`: the wordings of each. */
  constructor(entries: readonly (readonly string[])[], language: KnowledgeLanguage) {
    this.#language = language;
    const used = new Map<string, number>();
    const stems = entries.map((texts) => new Set(texts.flatMap((text) => stemsOf(text, language))));
    for (const ofEntry of stems) for (const stem of ofEntry) used.set(stem, (used.get(stem) ?? 0) + 1);
    for (const [stem, count] of used) {
      this.#places.set(stem, this.#weights.length);
      this.#weights.push(Math.log(1 + entries.length / count));
    }
    this.#unknownWeight = Math.log(1 + entries.length);
  }

  /** Of unit length; all zeros where no word of it matters. */
  vector(text: string): Float32Array {
    const vector = new Float32Array(this.#weights.length + 1);
    const unknownAt = this.#weights.length;
    let unknown = 0;
    for (const stem of stemsOf(text, this.#language)) {
      const place = this.#places.get(stem);
      if (place === undefined) unknown += this.#unknownWeight ** 2;
      else vector[place] = this.#weights[place] ?? 0;
    }
    vector[unknownAt] = Math.sqrt(unknown);
    const length = Math.hypot(...vector);
    return length === 0 ? vector : vector.map((value) => value / length);
  }
}
