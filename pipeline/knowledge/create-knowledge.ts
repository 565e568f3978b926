import { AppError } from '#domain/errors';
import { ratio } from '#domain/units';
import type { KnowledgeEntry, Persona } from '../persona.ts';
import type { Embedder, Knowledge, KnowledgeAction, KnowledgeMatch } from '../ports.ts';
import { LruCache } from './lru-cache.ts';
import { Matcher, type MatcherOptions, type Wording } from './matcher.ts';
import type { KnowledgeLanguage } from '../language/knowledge-language.ts';
import { languageOrDefault } from '../language/language-of.ts';
import { queryText } from './query.ts';
import { WordVectors } from './word-vectors.ts';

/** Vectors of wordings, kept between starts; the keeper makes sure that they are of the embedder's model. */
export interface VectorStore {
  get(text: string): Float32Array | undefined;
  set(text: string, vector: Float32Array): void;
}

export interface KnowledgeOptions {
  readonly matcher?: Partial<MatcherOptions>;
  readonly vectors?: VectorStore;
  /** Vectors of queries kept; the same questions come again, and a speculation asks before the turn does. */
  readonly cachedQueries?: number;
  /** Ends the embedding of the wordings. */
  readonly signal?: AbortSignal;
}

/**
 * What a persona knows, ready to be asked: embeds the wordings that `vectors` does not have. While the embedder fails, and
 * without one, words decide.
 * Throws `AppError` with code `EMBEDDING_*`.
 */
export async function createKnowledge(
  persona: Persona,
  embedder: Embedder | undefined,
  options: KnowledgeOptions = {},
): Promise<Knowledge> {
  const entries = entriesOf(persona);
  const language = languageOrDefault(persona.language).knowledge;
  const texts = [...new Set([...entries.flatMap(({ asked }) => asked), ...(entries.length > 0 ? language.offTopic : [])])];
  const byWords = matcherByWords(entries, language);
  const vectors = embedder === undefined ? new Map<string, Float32Array>() : await vectorsOf(texts, embedder, options);
  const matcher = matcherOf(entries, language, (text) => vectors.get(text) ?? new Float32Array(), options.matcher);
  const queries = new LruCache<string, Float32Array>(options.cachedQueries ?? CACHED_QUERIES);
  const known = (text: string): Float32Array | undefined => queries.get(text) ?? vectors.get(text);
  const vectorFor = async (text: string, signal: AbortSignal): Promise<Float32Array> => {
    const vector = known(text) ?? (await embedOne(text, embedder ?? NOBODY, signal));
    queries.set(text, vector);
    return vector;
  };
  const matchOne = async (text: string, expecting: readonly string[], signal: AbortSignal): Promise<KnowledgeMatch> => {
    const quick = matcher.matchWithoutVector(text, expecting);
    if (quick !== undefined) return quick;
    let vector: Float32Array;
    try {
      vector = await vectorFor(text, signal);
    } catch (error) {
      // Words tell less than vectors, and more than an apology.
      if (signal.aborted || !(error instanceof AppError)) throw error;
      return byWords(text, expecting);
    }
    return matcher.match({ text, vector }, expecting);
  };
  return {
    match: async (said, expecting, signal) => {
      const one = (text: string): Promise<KnowledgeMatch> => matchOne(queryText(text, language), expecting, signal);
      const two = expecting.length > 0 ? undefined : language.twoQuestions(said);
      if (two === undefined) return await one(said);
      // Together: none of them waits for the vector of another.
      const [whole, [first, second]] = await Promise.all([one(said), Promise.all(two.map(one))]);
      return both(whole, first, second) ?? whole;
    },
    vectorOf: (said) => known(queryText(said, language)),
    makeVector: (said, signal) => vectorFor(queryText(said, language), signal),
  };
}

/** Two questions have two answers where each is surer than one answer to the whole, or as good as. What only acts has to be asked for by itself. */
function both(whole: KnowledgeMatch, first: KnowledgeMatch | undefined, second: KnowledgeMatch | undefined): KnowledgeMatch | undefined {
  if (first?.kind !== 'answer' || second?.kind !== 'answer' || first.entryId === second.entryId) return undefined;
  if (first.action !== undefined || second.action !== undefined) return undefined;
  const score = ratio(Math.min(first.score, second.score));
  if (whole.kind === 'answer' && whole.action !== undefined) return undefined;
  if (whole.kind === 'answer' && whole.score > score + AS_GOOD) return undefined;
  return { kind: 'answers', answers: [first, second], score };
}

function matcherOf(
  entries: readonly Entry[],
  language: KnowledgeLanguage,
  vectorOf: (text: string) => Float32Array,
  options?: Partial<MatcherOptions>,
): Matcher {
  const wording = (text: string): Wording => ({ text, vector: vectorOf(text) });
  return new Matcher(
    entries.map(({ id, answer, label, action, asked }) => ({
      id,
      answer,
      ...(label === undefined ? {} : { label }),
      ...(action === undefined ? {} : { action }),
      wordings: asked.map(wording),
    })),
    language,
    entries.length > 0 ? language.offTopic.map(wording) : [],
    options,
  );
}

function matcherByWords(
  entries: readonly Entry[],
  language: KnowledgeLanguage,
): (text: string, expecting: readonly string[]) => KnowledgeMatch {
  let made: { readonly words: WordVectors; readonly matcher: Matcher } | undefined;
  return (text, expecting) => {
    if (made === undefined) {
      const words = new WordVectors(
        entries.map(({ asked }) => asked),
        language,
      );
      made = { words, matcher: matcherOf(entries, language, (wording) => words.vector(wording), BY_WORDS) };
    }
    return made.matcher.match({ text, vector: made.words.vector(text) }, expecting);
  };
}

interface Entry extends Omit<KnowledgeEntry, 'action'> {
  readonly action?: KnowledgeAction | undefined;
}

/** A form is found like an answer, by its wordings; what it says it says itself. */
function entriesOf({ knowledge, forms }: Persona): readonly Entry[] {
  return [...knowledge, ...forms.map(({ id, asked, label }) => ({ id, asked, label, answer: '', action: 'start-form' as const }))];
}

async function vectorsOf(
  texts: readonly string[],
  embedder: Embedder,
  { vectors, signal }: KnowledgeOptions,
): Promise<ReadonlyMap<string, Float32Array>> {
  const found = new Map<string, Float32Array>();
  for (const text of texts) {
    const vector = vectors?.get(text);
    if (vector !== undefined) found.set(text, vector);
  }
  const missing = texts.filter((text) => !found.has(text));
  const made = missing.length === 0 ? [] : await embedder.embed(missing, signal ?? new AbortController().signal);
  for (const [at, text] of missing.entries()) {
    const vector = made[at];
    if (vector === undefined) throw new AppError('EMBEDDING_BAD_REPLY', 'a vector is missing');
    found.set(text, vector);
    vectors?.set(text, vector);
  }
  const dimensions = new Set([...found.values()].map(({ length }) => length));
  if (dimensions.size > 1) throw new AppError('EMBEDDING_BAD_REPLY', `vectors of different lengths: ${[...dimensions].join(', ')}`);
  return found;
}

async function embedOne(text: string, embedder: Embedder, signal: AbortSignal): Promise<Float32Array> {
  const [vector] = await embedder.embed([text], signal);
  if (vector === undefined) throw new AppError('EMBEDDING_BAD_REPLY', 'a vector is missing');
  return vector;
}

/** In the place of an embedder that nobody has. */
const NOBODY: Embedder = { embed: () => Promise.reject(new AppError('EMBEDDING_UNREACHABLE', 'there are no sentence vectors')) };
/** On the questions of `test/vectors/knowledge` 155 of 246 are answered right, 9 wrong; vectors answer 97 % right. */
const BY_WORDS: Partial<MatcherOptions> = { threshold: 0.5, margin: 0.05, unknownWordsPenalty: 0.15 };
const CACHED_QUERIES = 512;
/** A guess: half a sentence is a little further from its entry than a whole one. */
const AS_GOOD = 0.1;
