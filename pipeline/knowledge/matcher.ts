import { ratio } from '#domain/units';
import type { KnowledgeAction, KnowledgeMatch } from '../ports.ts';
import { wordsOf } from '../text/words.ts';
import { Lexicon, stemsOf } from './lexicon.ts';

export interface MatcherEntry {
  readonly id: string;
  readonly answer: string;
  readonly label?: string;
  readonly action?: KnowledgeAction;
  /** `vector` is of unit length. */
  readonly wordings: readonly { readonly text: string; readonly vector: Float32Array }[];
}

export interface MatcherOptions {
  /** From this score on an entry answers. */
  readonly threshold: number;
  /** The best entry must be so far ahead of the next; otherwise the caller is asked which. */
  readonly margin: number;
  /** What words in common add to the similarity of the sentences, at most. */
  readonly lexicalWeight: number;
  /** From this score on the answer to an ask-back is taken, where only two entries are meant. */
  readonly expectingThreshold: number;
  /** How many facts a capable language model is given when nothing matches. */
  readonly facts: number;
}

interface Scored {
  readonly entry: MatcherEntry;
  readonly score: number;
}

/**
 * Core: which entry answers what a caller said. The score of an entry is that of its nearest wording: the cosine of the
 * sentence vectors, helped by the words in common.
 */
export class Matcher {
  readonly #entries: readonly MatcherEntry[];
  readonly #options: MatcherOptions;
  readonly #lexicon: Lexicon;
  readonly #stems: ReadonlyMap<string, readonly string[]>;
  readonly #words: ReadonlyMap<string, string>;

  constructor(entries: readonly MatcherEntry[], options: Partial<MatcherOptions> = {}) {
    this.#entries = entries;
    this.#options = { ...DEFAULTS, ...options };
    this.#lexicon = new Lexicon(entries.map((entry) => entry.wordings.map(({ text }) => text)));
    const texts = entries.flatMap((entry) => entry.wordings.map(({ text }) => text));
    this.#stems = new Map(texts.map((text) => [text, stemsOf(text)]));
    this.#words = new Map(texts.map((text) => [text, wordsOf(text).join(' ')]));
  }

  match(query: { readonly text: string; readonly vector: Float32Array }, expecting: readonly string[] = []): KnowledgeMatch {
    const ranked = this.rank(query);
    return this.matchWithoutVector(query.text, expecting) ?? this.#amongExpected(query.text, ranked, expecting) ?? this.#amongAll(ranked);
  }

  /** The match where no vector is needed for it: nothing known, an example word for word, or a choice by place. */
  matchWithoutVector(text: string, expecting: readonly string[] = []): KnowledgeMatch | undefined {
    if (this.#entries.length === 0) return { kind: 'none', facts: [], score: ratio(0) };
    const words = wordsOf(text).join(' ');
    const place = expecting.length === 2 ? byPlace(words) : undefined;
    const chosen = place === undefined ? undefined : this.#entries.find(({ id }) => id === expecting[place === 'first' ? 0 : 1]);
    const entry = chosen ?? this.#entries.find(({ wordings }) => wordings.some((wording) => this.#words.get(wording.text) === words));
    return entry === undefined ? undefined : answer({ entry, score: 1 });
  }

  /** All entries, best first. */
  rank(query: { readonly text: string; readonly vector: Float32Array }): readonly Scored[] {
    const stems = stemsOf(query.text);
    return this.#entries
      .map((entry) => ({ entry, score: Math.max(0, ...entry.wordings.map((wording) => this.#score(wording, stems, query.vector))) }))
      .sort((a, b) => b.score - a.score);
  }

  #score(wording: MatcherEntry['wordings'][number], stems: readonly string[], vector: Float32Array): number {
    const cosine = dot(wording.vector, vector);
    const shared = this.#lexicon.similarity(stems, this.#stems.get(wording.text) ?? []);
    return Math.min(1, cosine + this.#options.lexicalWeight * shared * (1 - Math.max(0, cosine)));
  }

  #amongAll(ranked: readonly Scored[]): KnowledgeMatch {
    const [best, next] = ranked;
    const { threshold, margin } = this.#options;
    if (best === undefined || best.score < threshold) return this.#none(ranked);
    if (next === undefined || next.score < threshold || best.score - next.score >= margin) return answer(best);
    return askWhich(best, next);
  }

  /** The caller answers an ask-back: one of the two, by its name, by its place, or by other words. */
  #amongExpected(text: string, ranked: readonly Scored[], expecting: readonly string[]): KnowledgeMatch | undefined {
    const meant = expecting.flatMap((id) => ranked.filter(({ entry }) => entry.id === id));
    const [first, second] = meant;
    if (first === undefined || second === undefined) return undefined;
    const scored = [first, second]
      .map(({ entry, score }) => ({ entry, score: Math.max(score, this.#labelScore(entry, text)) }))
      .sort((a, b) => b.score - a.score);
    const [better, other] = scored;
    if (better === undefined || other === undefined || better.score < this.#options.expectingThreshold) return undefined;
    // Something else altogether was said.
    if ((ranked[0]?.score ?? 0) > better.score + this.#options.margin) return undefined;
    return better.score - other.score >= this.#options.margin / 2 ? answer(better) : undefined;
  }

  #labelScore(entry: MatcherEntry, text: string): number {
    return this.#lexicon.similarity(stemsOf(text), stemsOf(entry.label ?? entry.id));
  }

  #none(ranked: readonly Scored[]): KnowledgeMatch {
    const facts = ranked.filter(({ entry }) => entry.action === undefined).slice(0, this.#options.facts).map(({ entry }) => entry.answer);
    return { kind: 'none', facts, score: ratio(ranked[0]?.score ?? 0) };
  }
}

function answer({ entry, score }: Scored): KnowledgeMatch {
  return {
    kind: 'answer',
    entryId: entry.id,
    answer: entry.answer,
    ...(entry.action === undefined ? {} : { action: entry.action }),
    score: ratio(score),
  };
}

function askWhich(best: Scored, next: Scored): KnowledgeMatch {
  const name = ({ entry }: Scored): string => entry.label ?? entry.id.replaceAll('-', ' ');
  return { kind: 'ask-which', entryIds: [best.entry.id, next.entry.id], question: `Do you mean ${name(best)} or ${name(next)}?`, score: ratio(best.score) };
}

function byPlace(words: string): 'first' | 'second' | undefined {
  if (/\b(?:the )?(?:first|former)(?: one)?$/.test(words)) return 'first';
  return /\b(?:the )?(?:second|latter|last)(?: one)?$/.test(words) ? 'second' : undefined;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Threshold and margin: `models.md`. The rest: measured on test/vectors/knowledge. */
const DEFAULTS: MatcherOptions = { threshold: 0.5, margin: 0.1, lexicalWeight: 0.3, expectingThreshold: 0.4, facts: 4 };
