import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { parse } from 'yaml';
import { AppRecords, type RecordedCall } from '#bench/call/io/app-records';
import { normalisedWords } from '#bench/call/word-errors';
import { editDistance } from '#kit/edit-distance';
import { personaSchema, type Persona } from '#pipeline';
import { ROOT_DIR } from './app-under-test.ts';
import './global-setup.ts';

export const app = inject('app');
export const records = new AppRecords(app.httpUrl, app.token);
export const services = { sttUrl: app.sttUrl, ttsUrl: app.ttsUrl, key: app.servicesKey };
export const uri = (user: string, parameters = ''): string => `sip:${user}@127.0.0.1:${app.sipPort}${parameters}`;

export const bot: Persona = personaSchema.parse(parse(readFileSync(join(ROOT_DIR, 'config', 'personas', 'bot.yaml'), 'utf8')));

/** The answer of the one entry of the front desk's knowledge that is about this. */
export function answerAbout(entryId: RegExp): string {
  const entries = bot.knowledge.filter((entry) => entryId.test(entry.id));
  if (entries.length === 0)
    throw new Error(
      `config/personas/bot.yaml has no entry ${String(entryId)}; it has ${bot.knowledge.map((entry) => entry.id).join(', ')}`,
    );
  return (entries[0] as (typeof entries)[number]).answer;
}

/** Share of the words of `said` that `heard` has in the same order: 1 when all came through. */
export function likeness(said: string, heard: string): number {
  const words = normalisedWords(said);
  return words.length === 0 ? 0 : Math.max(0, 1 - editDistance(words, bestWindow(words, normalisedWords(heard))) / words.length);
}

/** The part of `heard` that is most like `words`: a recording holds more than one reply. */
function bestWindow(words: readonly string[], heard: readonly string[]): readonly string[] {
  let best: readonly string[] = heard.slice(0, words.length);
  let bestDistance = Infinity;
  for (let from = 0; from <= Math.max(0, heard.length - words.length); from++) {
    const window = heard.slice(from, from + words.length);
    const distance = editDistance(words, window);
    if (distance < bestDistance) [best, bestDistance] = [window, distance];
  }
  return best;
}

export interface Health {
  readonly status: string;
  readonly calls: number;
  readonly services: readonly { readonly name: string; readonly state: string; readonly pid?: number; readonly restarts?: number }[];
}

export async function health(httpUrl = app.httpUrl): Promise<Health> {
  const response = await fetch(`${httpUrl}/health`, { signal: AbortSignal.timeout(5000) });
  return (await response.json()) as Health;
}

/** Polls until `done`; throws with `what` otherwise. */
export async function until<T>(
  what: string,
  withinMs: number,
  poll: () => Promise<T | undefined | false> | T | undefined | false,
  everyMs = 100,
): Promise<T> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const value = await poll();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > untilMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** The newest call whose record satisfies `which`, with its turns. */
export async function newestCall(fromUser: string): Promise<RecordedCall | undefined> {
  const response = await fetch(`${app.httpUrl}/v1/calls?limit=20`, {
    headers: { authorization: `Bearer ${app.token}` },
    signal: AbortSignal.timeout(5000),
  });
  const { calls } = (await response.json()) as { calls: { callId: string; fromUser: string; signallingId: string }[] };
  const found = calls.find((call) => call.fromUser === fromUser);
  return found && records.bySignallingId(found.signallingId);
}
