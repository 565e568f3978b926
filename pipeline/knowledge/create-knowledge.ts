import { AppError } from '#domain/errors';
import type { KnowledgeEntry, Persona } from '../persona.ts';
import type { Embedder, Knowledge, KnowledgeAction } from '../ports.ts';
import { LruCache } from './lru-cache.ts';
import { Matcher, type MatcherOptions, type Wording } from './matcher.ts';
import { OFF_TOPIC } from './off-topic.ts';
import { queryText } from './query.ts';

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
 * What a persona knows, ready to be asked: embeds the wordings that `vectors` does not have.
 * Throws `AppError` with code `EMBEDDING_*`.
 */
export async function createKnowledge(persona: Persona, embedder: Embedder, options: KnowledgeOptions = {}): Promise<Knowledge> {
  const entries = entriesOf(persona);
  const texts = [...new Set([...entries.flatMap(({ asked }) => asked), ...(entries.length > 0 ? OFF_TOPIC : [])])];
  const vectors = await vectorsOf(texts, embedder, options);
  const wording = (text: string): Wording => ({ text, vector: vectors.get(text) ?? new Float32Array() });
  const matcher = new Matcher(
    entries.map(({ id, answer, label, action, asked }) => ({
      id,
      answer,
      ...(label === undefined ? {} : { label }),
      ...(action === undefined ? {} : { action }),
      wordings: asked.map(wording),
    })),
    entries.length > 0 ? OFF_TOPIC.map(wording) : [],
    options.matcher,
  );
  const queries = new LruCache<string, Float32Array>(options.cachedQueries ?? CACHED_QUERIES);
  const known = (text: string): Float32Array | undefined => queries.get(text) ?? vectors.get(text);
  const vectorFor = async (text: string, signal: AbortSignal): Promise<Float32Array> => {
    const vector = known(text) ?? (await embedOne(text, embedder, signal));
    queries.set(text, vector);
    return vector;
  };
  return {
    match: async (said, expecting, signal) => {
      const text = queryText(said);
      return matcher.matchWithoutVector(text, expecting) ?? matcher.match({ text, vector: await vectorFor(text, signal) }, expecting);
    },
    vectorOf: (said) => known(queryText(said)),
    makeVector: (said, signal) => vectorFor(queryText(said), signal),
  };
}

interface Entry extends Omit<KnowledgeEntry, 'action'> {
  readonly action?: KnowledgeAction | undefined;
}

/** A form is found like an answer, by its wordings; what it says it says itself. */
function entriesOf({ knowledge, forms }: Persona): readonly Entry[] {
  return [...knowledge, ...forms.map(({ id, asked, label }) => ({ id, asked, label, answer: '', action: 'start-form' as const }))];
}

async function vectorsOf(texts: readonly string[], embedder: Embedder, { vectors, signal }: KnowledgeOptions): Promise<ReadonlyMap<string, Float32Array>> {
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

const CACHED_QUERIES = 512;
