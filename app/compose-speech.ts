import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadPersonas } from '#config/personas';
import { AppError, errorText } from '#domain/errors';
import { createKnowledge, createServiceClients, type Knowledge, type Persona, type ServiceClients } from '#pipeline';
import type { ClosingStack } from './closing.ts';
import type { CallParts } from './compose-call.ts';
import type { ParleyParts } from './compose.ts';
import { Phrases } from './phrases.ts';
import { systemClock } from './system-clock.ts';
import { logFunction } from './telemetry/log.ts';

/** Everything that hears, thinks and speaks, ready for calls. */
export interface Speech {
  readonly call: CallParts;
  personaFor(user: string): Persona | undefined;
  /** Has the remaining fixed phrases spoken while nobody calls. */
  finishInBackground(): void;
}

export async function prepareSpeech(parts: ParleyParts, closing: ClosingStack): Promise<Speech> {
  const { config, log, progress, secrets } = parts;
  const personas = await readPersonas(config.personas.directory);
  const { llmApiKey } = secrets;
  const clients = createServiceClients(config.clients, { clock: systemClock, log, ...(llmApiKey === undefined ? {} : { llmApiKey }) });
  closing.add('service clients', () => clients.close());

  progress('waiting for the speech services');
  await parts.services.ready;
  progress('learning what the personas know');
  const knowledge = await learn(personas.values(), clients, log);

  const stop = new AbortController();
  closing.add('phrases', () => stop.abort());
  const unhurried = createServiceClients(patient(config.clients), { clock: systemClock, log });
  closing.add('phrase clients', () => unhurried.close());
  const phrases = new Phrases(unhurried.tts, {
    folder: join(parts.cacheDir, 'phrases'),
    voiceModel: config.clients.tts.url,
    maxBytes: MAX_PHRASE_BYTES,
    log: logFunction(log),
  });
  const all = [...personas.values()];
  progress('preparing phrases');
  await phrases.prepare(all, 'needed-first', stop.signal);
  return {
    call: { clock: systemClock, options: config.pipeline, clients, knowledgeOf: (persona) => knowledge(persona), phrases, log },
    personaFor: (user) => personaFor(personas, user),
    finishInBackground: () => {
      void phrases.prepare(all, 'all', stop.signal).then((missing) => log.info({ phrases: phrases.count, missing }, 'phrases prepared'));
    },
  };
}

async function readPersonas(directory: string): Promise<ReadonlyMap<string, Persona>> {
  const { personas, faults } = loadPersonas(directory);
  if (faults.length > 0) throw new AppError('PERSONAS', `The personas cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  if (personas.size === 0) throw new AppError('PERSONAS', `There is no persona in ${directory}: put a NAME.yaml there; config/personas/README.md shows how`);
  return personas;
}

function personaFor(personas: ReadonlyMap<string, Persona>, user: string): Persona | undefined {
  const wanted = user.toLowerCase();
  for (const persona of personas.values()) {
    if (persona.name === wanted || persona.aliases.some((alias) => alias.toLowerCase() === wanted)) return persona;
  }
  return undefined;
}

/** One matcher a persona; embedding its wordings is tried a few times, because services may have just come up. */
async function learn(personas: Iterable<Persona>, clients: ServiceClients, log: ParleyParts['log']): Promise<(persona: Persona) => Knowledge> {
  const byName = new Map<string, Knowledge>();
  for (const persona of personas) byName.set(persona.name, await learnOne(persona, clients, log));
  return (persona) => {
    const knowledge = byName.get(persona.name);
    if (knowledge === undefined) throw new AppError('PERSONAS', `persona ${persona.name} was not loaded at start`);
    return knowledge;
  };
}

async function learnOne(persona: Persona, clients: ServiceClients, log: ParleyParts['log']): Promise<Knowledge> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createKnowledge(persona, clients.embedder);
    } catch (error) {
      if (attempt === LEARN_ATTEMPTS) throw error;
      log.warn({ persona: persona.name, attempt, error: errorText(error) }, 'knowledge could not be embedded yet');
      await sleep(LEARN_PAUSE_MS);
    }
  }
}

/** For phrases made ahead: Kokoro takes seconds for a long one, and nobody waits. */
function patient<T extends { readonly tts: { readonly firstAudioTimeoutMs: number; readonly totalTimeoutMs: number } }>(speech: T): T {
  return { ...speech, tts: { ...speech.tts, firstAudioTimeoutMs: PATIENT_MS, totalTimeoutMs: PATIENT_MS } };
}

const PATIENT_MS = 60_000;
const LEARN_ATTEMPTS = 5;
const LEARN_PAUSE_MS = 1_000;
/** About 20 minutes of speech at 24 kHz. */
const MAX_PHRASE_BYTES = 64 * 1024 * 1024;
