import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { AppError, errorText, isAbort } from '#domain/errors';
import { createKnowledge, openVectorFile, speakingTo, type Embedder, type Knowledge, type Persona } from '#pipeline';

export interface LearnParts {
  readonly embedder: Embedder;
  readonly cacheDir: string;
  /** Where sentence vectors are asked for, for the person who reads why they are not there. */
  readonly url: string;
  readonly log: Logger;
  /** One line for the person at the terminal. */
  readonly progress: (message: string) => void;
  /** Between two attempts at the start, and later on while vectors are away. Default 1,000 and 30,000: guesses. */
  readonly pausesMs?: { readonly start: number; readonly later: number };
}

/** What the personas know. */
export interface Learnt {
  knowledgeOf(persona: Persona): Knowledge;
  /** Why words decide in place of sentence vectors at the moment; undefined: vectors answer. */
  readonly fault: string | undefined;
}

/**
 * What each persona knows, ready to be asked. Vectors made before come from a file in the cache. Where nobody makes vectors, words decide, and they
 * are learnt as soon as somebody does.
 */
export async function learn(personas: readonly Persona[], parts: LearnParts, signal: AbortSignal): Promise<Learnt> {
  const { log, url, progress, pausesMs = { start: 1_000, later: 30_000 } } = parts;
  const watched = new WatchedEmbedder(parts.embedder);
  const withVectors = { ...parts, embedder: watched };
  let byName: ReadonlyMap<string, Knowledge>;
  let hasVectors = true;
  try {
    byName = await patiently(() => learnAll(personas, withVectors, signal), log, pausesMs.start, signal);
  } catch (error) {
    if (isAbort(error) || signal.aborted) throw error;
    hasVectors = false;
    byName = await learnWords(personas);
    progress(
      `${url}/v1/embeddings does not answer (${errorText(error)}): the knowledge is searched by words alone until it does. Set its address with --set clients.embedding.baseUrl=URL`,
    );
    log.warn({ error: errorText(error) }, 'the embedding service does not answer; the knowledge is searched by words until it does');
  }
  const look = async (): Promise<void> => {
    if (hasVectors) await watched.embed([PROBE], signal);
    else byName = await learnAll(personas, withVectors, signal);
    hasVectors = true;
    log.info({}, 'the embedding service answers again');
  };
  void (async () => {
    while (!signal.aborted) {
      await sleep(pausesMs.later, undefined, { signal, ref: false });
      if (watched.fault !== undefined) await look().catch(() => {});
    }
  })().catch(() => {});
  return {
    knowledgeOf: (persona) => {
      const knowledge = byName.get(persona.name);
      if (knowledge === undefined) throw new AppError('PERSONAS', `persona ${persona.name} was not loaded at start`);
      return knowledge;
    },
    get fault() {
      return watched.fault;
    },
  };
}

/** Remembers how the last request ended. */
class WatchedEmbedder implements Embedder {
  readonly #embedder: Embedder;
  fault: string | undefined;

  constructor(embedder: Embedder) {
    this.#embedder = embedder;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    try {
      const vectors = await this.#embedder.embed(texts, signal);
      this.fault = undefined;
      return vectors;
    } catch (error) {
      if (error instanceof AppError) this.fault = errorText(error);
      throw error;
    }
  }
}

async function learnAll(
  personas: readonly Persona[],
  { embedder, cacheDir, log }: LearnParts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Knowledge>> {
  const vectors = await openVectorFile(join(cacheDir, 'vectors.json'), embedder, signal);
  const byName = new Map<string, Knowledge>();
  for (const persona of personas) byName.set(persona.name, await createKnowledge(speakingTo(persona), embedder, { vectors, signal }));
  try {
    vectors.save();
  } catch (error) {
    log.warn({ error: errorText(error) }, 'sentence vectors cannot be saved; the next start computes them again');
  }
  return byName;
}

async function learnWords(personas: readonly Persona[]): Promise<ReadonlyMap<string, Knowledge>> {
  return new Map(
    await Promise.all(personas.map(async (persona) => [persona.name, await createKnowledge(speakingTo(persona), undefined)] as const)),
  );
}

/** A service that has just come up may still stumble. */
async function patiently<T>(run: () => Promise<T>, log: Logger, pauseMs: number, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (isAbort(error) || attempt === ATTEMPTS) throw error;
      log.warn({ attempt, error: errorText(error) }, 'knowledge could not be embedded yet');
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

const ATTEMPTS = 5;
const PROBE = 'Good morning.';
