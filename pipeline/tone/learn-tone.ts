import { AppError } from '#domain/errors';
import type { VectorStore } from '../knowledge/create-knowledge.ts';
import type { Embedder } from '../ports.ts';
import type { WordTone } from './word-tone.ts';

/**
 * Has a reader learn the meaning of its examples. `pause` is awaited after each step of a few milliseconds, so that calls go on meanwhile; until it
 * is done the reader goes by single words. Throws `AppError` with code `EMBEDDING_*`.
 */
export async function learnTone(
  reader: WordTone,
  embedder: Embedder,
  parts: { readonly vectors?: VectorStore; readonly pause: () => Promise<void>; readonly signal: AbortSignal },
): Promise<void> {
  const { vectors, pause, signal } = parts;
  const known = new Map<string, Float32Array>();
  for (const text of reader.texts) {
    const vector = vectors?.get(text);
    if (vector !== undefined) known.set(text, vector);
  }
  const missing = [...new Set(reader.texts)].filter((text) => !known.has(text));
  // A few at a time: a caller's own sentence must not wait for all of them.
  for (let from = 0; from < missing.length; from += TEXTS_AT_ONCE) {
    const texts = missing.slice(from, from + TEXTS_AT_ONCE);
    const made = await embedder.embed(texts, signal);
    for (const [at, text] of texts.entries()) {
      const vector = made[at];
      if (vector === undefined) throw new AppError('EMBEDDING_BAD_REPLY', 'a vector is missing');
      known.set(text, vector);
      vectors?.set(text, vector);
    }
    await pause();
  }
  for (const _ of reader.learn(reader.texts.map((text) => known.get(text) ?? new Float32Array()))) {
    signal.throwIfAborted();
    await pause();
  }
}

/** About 30 ms of the embedding model. */
const TEXTS_AT_ONCE = 2;
