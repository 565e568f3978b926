import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors';
import type { Embedder, Persona } from '#pipeline';
import { learn, type Learnt } from './learn.ts';
import { readPersonas } from './personas.ts';

const personas = [...readPersonas(join(import.meta.dirname, '..', 'config', 'personas')).values()];
const bot = personas.find(({ name }) => name === 'bot') ?? personas[0];

let cacheDir: string;
let stop: AbortController;
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'parley-learn-'));
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(cacheDir, { recursive: true, force: true });
});

/** Vectors by the letters of a text: enough to have some. */
class Vectors implements Embedder {
  isThere = true;

  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    if (!this.isThere) return Promise.reject(new AppError('EMBEDDING_HTTP', 'HTTP 404: Not Found'));
    return Promise.resolve(
      texts.map((text) => {
        const counts = Float32Array.from({ length: 26 }, (_, at) => 1 + text.toLowerCase().split(String.fromCharCode(97 + at)).length);
        const length = Math.hypot(...counts);
        return counts.map((count) => count / length);
      }),
    );
  }
}

function learnWith(embedder: Embedder, of: readonly Persona[] = personas): Promise<Learnt> {
  const parts = {
    embedder,
    cacheDir,
    url: 'http://192.0.2.20:8000',
    log: pino({ level: 'silent' }),
    progress: () => {},
    pausesMs: { start: 1, later: 1 },
  };
  return learn(of, parts, stop.signal);
}

async function answerOf(learnt: Learnt, said: string): Promise<string> {
  if (bot === undefined) throw new Error('no persona');
  const match = await learnt.knowledgeOf(bot).match(said, [], stop.signal);
  return match.kind === 'answer' ? match.entryId : match.kind;
}

/** REMOTE_IP pointed sentence vectors at a vLLM, which has none: the app did not start, and said so once. */
it('starts without sentence vectors: words decide, health says why, and vectors are learnt when they come', async () => {
  const vectors = new Vectors();
  vectors.isThere = false;
  const learnt = await learnWith(vectors);
  expect(learnt.fault).toBe('HTTP 404: Not Found');
  expect(await answerOf(learnt, 'Tell me about the swimming pool')).toBe('pool');
  expect(await answerOf(learnt, 'Who won the election in France?')).toBe('none');
  vectors.isThere = true;
  await vi.waitFor(() => expect(learnt.fault).toBeUndefined());
});

it('a service that goes away in the middle costs no answer either', async () => {
  const vectors = new Vectors();
  const learnt = await learnWith(vectors);
  expect(learnt.fault).toBeUndefined();
  vectors.isThere = false;
  expect(await answerOf(learnt, 'Tell me about the swimming pool')).toBe('pool');
  expect(learnt.fault).toBe('HTTP 404: Not Found');
  vectors.isThere = true;
  await vi.waitFor(() => expect(learnt.fault).toBeUndefined());
});

/** The model was given "{caller.name|there}" as a fact, and said it. */
it.each([true, false])('gives a model no places that are yet to be filled in, with sentence vectors: %s', async (isThere) => {
  if (bot === undefined) throw new Error('no persona');
  const knowledge = bot.knowledge.map((entry) => ({ ...entry, answer: `Dear {caller.name|guest}, ${entry.answer}` }));
  const vectors = new Vectors();
  vectors.isThere = isThere;
  const own = { ...bot, knowledge };
  const match = await (await learnWith(vectors, [own])).knowledgeOf(own).match('breakfast or parking or a zebra', [], stop.signal);
  const texts = JSON.stringify(match);
  expect(texts).toContain('Dear guest, ');
  expect(texts).not.toContain('{caller');
});
