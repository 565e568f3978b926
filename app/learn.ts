import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { AppError, errorText, isAbort } from '#domain/errors';
import { createKnowledge, openVectorFile, type Embedder, type Knowledge, type Persona } from '#pipeline';

export interface LearnParts {
  readonly embedder: Embedder;
  readonly cacheDir: string;
  /** Where sentence vectors are asked for, for the person who reads why they are not there. */
  readonly url: string;
  readonly log: Logger;
}

/** What each persona knows, ready to be asked. Vectors made before come from a file in the cache. */
export async function learn(personas: readonly Persona[], parts: LearnParts, signal: AbortSignal): Promise<(persona: Persona) => Knowledge> {
  const byName = await learnOrSayWhy(personas, parts, signal);
  return (persona) => {
    const knowledge = byName.get(persona.name);
    if (knowledge === undefined) throw new AppError('PERSONAS', `persona ${persona.name} was not loaded at start`);
    return knowledge;
  };
}

async function learnOrSayWhy(personas: readonly Persona[], parts: LearnParts, signal: AbortSignal): Promise<ReadonlyMap<string, Knowledge>> {
  try {
    return await patiently(() => learnAll(personas, parts, signal), parts.log, signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    const advice = 'Start what answers there, or give its address with --set clients.embedding.baseUrl=URL (REMOTE_IP=HOST sets all services at once)';
    throw new AppError('NO_EMBEDDING', `NO_EMBEDDING: what the personas know cannot be learnt, as ${parts.url}/v1/embeddings does not answer: ${errorText(error)}. ${advice}.`, { cause: error });
  }
}

async function learnAll(personas: readonly Persona[], { embedder, cacheDir, log }: LearnParts, signal: AbortSignal): Promise<ReadonlyMap<string, Knowledge>> {
  const vectors = await openVectorFile(join(cacheDir, 'vectors.json'), embedder, signal);
  const byName = new Map<string, Knowledge>();
  for (const persona of personas) byName.set(persona.name, await createKnowledge(persona, embedder, { vectors, signal }));
  try {
    vectors.save();
  } catch (error) {
    log.warn({ error: errorText(error) }, 'sentence vectors cannot be kept; the next start makes them again');
  }
  return byName;
}

/** A service that has just come up may still stumble. */
async function patiently<T>(run: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (isAbort(error) || attempt === ATTEMPTS) throw error;
      log.warn({ attempt, error: errorText(error) }, 'knowledge could not be embedded yet');
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
}

const ATTEMPTS = 5;
const PAUSE_MS = 1_000;
