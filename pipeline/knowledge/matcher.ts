import { ratio } from '#domain/units';
import type { KnowledgeLanguage } from '../language/knowledge-language.ts';
import type { KnowledgeAction, KnowledgeMatch } from '../ports.ts';
import { wordsOf } from '../text/words.ts';
import { Lexicon, stemsOf } from './lexicon.ts';

/** `vector` is of unit length. */
export interface Wording {
  readonly text: string;
  readonly vector: Float32Array;
}

export interface MatcherEntry {
  readonly id: string;
  readonly answer: string;
  readonly label?: string;
  readonly action?: KnowledgeAction;
  readonly wordings: readonly Wording[];
}

export interface MatcherOptions {
  /** From this score on an entry answers. */
  readonly threshold: number;
  /** The best entry must be so far ahead of the next; otherwise the caller is asked which. */
  readonly margin: number;
  /** What a sentence loses of its similarity if the entry knows none of its words that matter. */
  readonly unknownWordsPenalty: number;
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
 * sentence vectors, less where the entry does not know the words.
 */
export class Matcher {
  readonly #entries: readonly MatcherEntry[];
  readonly #offTopic: readonly Wording[];
  readonly #options: MatcherOptions;
  readonly #language: KnowledgeLanguage;
  readonly #lexicon: Lexicon;
  /** The words of each wording, to find one said word for word. */
  readonly #words: ReadonlyMap<string, string>;

  /** `offTopic`: wordings that no entry answers. */
  constructor(
    entries: readonly MatcherEntry[],
    language: KnowledgeLanguage,
    offTopic: readonly Wording[] = [],
    options: Partial<MatcherOptions> = {},
  ) {
    this.#entries = entries;
    this.#offTopic = offTopic;
    this.#language = language;
    this.#options = { ...DEFAULTS, ...options };
    const known = entries.map(({ wordings, label, answer: said }) => [...wordings.map(({ text }) => text), label ?? '', said]);
    this.#lexicon = new Lexicon(known, language);
    const texts = entries.flatMap((entry) => entry.wordings.map(({ text }) => text));
    this.#words = new Map(texts.map((text) => [text, wordsOf(text).join(' ')]));
  }

  match(query: Wording, expecting: readonly string[] = []): KnowledgeMatch {
    const ranked = this.rank(query);
    return (
      this.matchWithoutVector(query.text, expecting) ??
      this.#amongExpected(query.text, ranked, expecting) ??
      this.#amongAll(query.vector, ranked)
    );
  }

  /** The match where no vector is needed for it: nothing known, an example word for word, or a choice by place. */
  matchWithoutVector(text: string, expecting: readonly string[] = []): KnowledgeMatch | undefined {
    if (this.#entries.length === 0) return { kind: 'none', facts: [], score: ratio(0) };
    const words = wordsOf(text).join(' ');
    const entry =
      this.#chosen(words, text, expecting) ??
      this.#entries.find(({ wordings }) => wordings.some((wording) => this.#words.get(wording.text) === words));
    return entry === undefined ? undefined : answer({ entry, score: 1 });
  }

  /** The entry of an ask-back that was chosen by its place or its name. */
  #chosen(words: string, text: string, expecting: readonly string[]): MatcherEntry | undefined {
    const meant = expecting.flatMap((id) => this.#entries.filter((entry) => entry.id === id));
    if (meant.length !== 2) return undefined;
    const place = this.#language.placeIn(words);
    if (place !== undefined) return meant[place === 'first' ? 0 : 1];
    const named = meant.filter((entry) => labelShare(entry, text, this.#language) === 1);
    return named.length === 1 ? named[0] : undefined;
  }

  /** All entries, best first. */
  rank(query: Wording): readonly Scored[] {
    const stems = stemsOf(query.text, this.#language);
    return this.#entries
      .map((entry, at) => {
        const nearest = Math.max(0, ...entry.wordings.map((wording) => dot(wording.vector, query.vector)));
        const penalty = this.#options.unknownWordsPenalty * (1 - this.#lexicon.coverage(stems, at));
        return { entry, score: Math.max(0, nearest - penalty) };
      })
      .sort((a, b) => b.score - a.score);
  }

  #amongAll(vector: Float32Array, ranked: readonly Scored[]): KnowledgeMatch {
    const [best, next] = ranked;
    const { threshold, margin } = this.#options;
    if (best === undefined || best.score < threshold) return this.#none(ranked);
    if (this.#offTopic.some((wording) => dot(wording.vector, vector) > best.score)) return this.#none(ranked);
    if (next === undefined || next.score < threshold || best.score - next.score >= margin) return answer(best);
    return askWhich(best, next, this.#language);
  }

  /** The caller answers an ask-back: one of the two, by its name, by its place, or by other words. */
  #amongExpected(text: string, ranked: readonly Scored[], expecting: readonly string[]): KnowledgeMatch | undefined {
    const meant = expecting.flatMap((id) => ranked.filter(({ entry }) => entry.id === id));
    const [first, second] = meant;
    if (first === undefined || second === undefined) return undefined;
    const scored = [first, second]
      .map(({ entry, score }) => ({ entry, score: Math.max(score, labelShare(entry, text, this.#language)) }))
      .sort((a, b) => b.score - a.score);
    const [better, other] = scored;
    if (better === undefined || other === undefined || better.score < this.#options.expectingThreshold) return undefined;
    // Something else altogether was said.
    if ((ranked[0]?.score ?? 0) > better.score + this.#options.margin) return undefined;
    return better.score - other.score >= this.#options.margin / 2 ? answer(better) : undefined;
  }

  #none(ranked: readonly Scored[]): KnowledgeMatch {
    const facts = ranked
      .filter(({ entry }) => entry.action === undefined)
      .slice(0, this.#options.facts)
      .map(({ entry }) => entry.answer);
    const nearest = ranked
      .filter(({ entry: { action }, score }) => action !== 'hang-up' && action !== 'repeat' && score >= MIN_NEAR)
      .slice(0, 2)
      .map(({ entry }) => ({ id: entry.id, label: nameOf(entry) }));
    return { kind: 'none', facts, score: ratio(ranked[0]?.score ?? 0), ...(nearest.length > 0 && { nearest }) };
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

function askWhich(best: Scored, next: Scored, language: KnowledgeLanguage): KnowledgeMatch {
  return {
    kind: 'ask-which',
    entryIds: [best.entry.id, next.entry.id],
    question: language.askWhich(nameOf(best.entry), nameOf(next.entry)),
    score: ratio(best.score),
  };
}

function nameOf({ id, label }: MatcherEntry): string {
  return label ?? id.replaceAll('-', ' ');
}

/** How much of the entry's name was said: all of "the pool" in "the pool please". */
function labelShare({ id, label }: MatcherEntry, text: string, language: KnowledgeLanguage): number {
  const said = stemsOf(text, language);
  const name = stemsOf(label ?? id.replaceAll('-', ' '), language);
  return name.length === 0 ? 0 : name.filter((stem) => said.includes(stem)).length / name.length;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Below it an entry has nothing to do with what was said. A guess. */
const MIN_NEAR = 0.1;
/**
 * Measured with all-MiniLM-L6-v2 on `test/vectors/knowledge`. The cosine alone wants a threshold of 0.5 and a margin of
 * 0.1; with the words looked at, both may be lower.
 */
const DEFAULTS: MatcherOptions = { threshold: 0.45, margin: 0.05, unknownWordsPenalty: 0.15, expectingThreshold: 0.35, facts: 4 };
