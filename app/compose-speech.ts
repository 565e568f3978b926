import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '#config';
import { AppError } from '#domain/errors';
import { createServiceClients, type ActionKit, type Persona, type ServiceClients, type ToneOptions } from '#pipeline';
import type { SupervisorDependencies } from './call-supervisor.ts';
import type { ClosingStack } from './closing.ts';
import { converse, warm, type CallParts } from './compose-call.ts';
import { learn } from './learn.ts';
import { ToneReaders } from './tone-readers.ts';
import { Phrases, type Quiet } from './phrases.ts';
import { whyNotSpoken } from './voices.ts';
import { personaReport } from './personas.ts';
import type { Services } from './services/index.ts';
import { systemClock } from './system-clock.ts';
import { logFunction } from './telemetry/log.ts';
import type { CallMetrics } from './telemetry/metrics.ts';

/** Everything that hears, thinks and speaks, ready for calls. */
export interface Speech {
  readonly converse: SupervisorDependencies['converse'];
  readonly warm: SupervisorDependencies['warm'];
  /** Has the remaining fixed phrases spoken while nobody calls. */
  finishInBackground(quiet: Quiet): void;
  /** What the language model's server has refused, and is asked without. */
  readonly refusedByLlm: readonly string[];
  /** Why words decide in place of sentence vectors; undefined: they need not. */
  readonly vectorsFault: string | undefined;
}

/** What speech is made of. */
export interface SpeechParts {
  readonly config: Config;
  readonly log: Logger;
  readonly services: Services;
  /** Where what is made from models is kept. */
  readonly cacheDir: string;
  readonly progress: (message: string) => void;
  /** Breaks the preparation off. */
  readonly stop: AbortSignal;
}

export async function prepareSpeech(
  parts: SpeechParts,
  all: readonly Persona[],
  actions: ActionKit,
  metrics: CallMetrics,
  closing: ClosingStack,
): Promise<Speech> {
  const { config, log, progress, cacheDir } = parts;
  const { keys } = parts.services;
  const clients = createServiceClients(config.clients, { clock: systemClock, log, keys, onNote: (note) => metrics.serviceNote(note) });
  closing.add('service clients', () => clients.close());
  const closed = new AbortController();
  const stop = AbortSignal.any([closed.signal, parts.stop]);
  closing.add('preparations', () => closed.abort());

  progress('waiting for the speech services');
  await unlessStopped(parts.services.ready, stop);
  await refuseUnknownVoices(all, clients.tts, config, stop);
  progress('reading the knowledge of the personas');
  const learnt = await learn(
    all,
    { embedder: clients.embedder, cacheDir, log, progress, url: config.clients.embedding.baseUrl.replace(/\/(v1\/?)?$/, '') },
    stop,
  );

  const unhurried = createServiceClients(patient(config.clients), { clock: systemClock, log, keys });
  closing.add('phrase clients', () => unhurried.close());
  const voiceModel = voiceFingerprint(parts.services);
  const phrases = new Phrases(unhurried.tts, {
    folder: join(cacheDir, 'phrases'),
    voiceModel,
    maxBytes: MAX_PHRASE_BYTES,
    log: logFunction(log),
    ...moodRatio(config.pipeline.tone),
  });
  const tones = new ToneReaders(config.pipeline.tone.enabled ? all : []);
  progress('preparing phrases');
  await phrases.prepareNeeded(all, stop);
  stop.throwIfAborted();
  const call: CallParts = {
    clock: systemClock,
    options: config.pipeline,
    clients,
    knowledgeOf: (persona) => learnt.knowledgeOf(persona),
    toneOf: (persona) => tones.of(persona),
    phrases,
    actions,
    log,
  };
  return {
    converse: (leg, persona, emit) => converse(call, leg, persona, emit),
    warm: (persona, signal) => warm(call, persona, signal),
    get refusedByLlm() {
      return clients.llm.refused;
    },
    get vectorsFault() {
      return learnt.fault;
    },
    finishInBackground: (quiet) => {
      // The model that comes with Parley is known.
      if (!isOurs(parts.services, 'llm')) void clients.llm.learn(config.clients.llm.capable ? [PROBE_TOOL] : [], stop);
      void tones.learn({ embedder: unhurried.embedder, cacheDir, log, quiet }, stop);
      void phrases.prepareAll(all, quiet, stop).then((missing) => {
        if (!stop.aborted) log.info({ phrases: phrases.count, missing }, 'phrases prepared');
      });
    },
  };
}

function isOurs(services: Services, name: 'llm'): boolean {
  return services.status().find((service) => service.name === name)?.managed === true;
}

/** A voice service that answers says which voices it has; a silent one is no reason not to start. */
async function refuseUnknownVoices(
  all: readonly Persona[],
  tts: ServiceClients['tts'],
  { personas: { directory } }: Config,
  stop: AbortSignal,
): Promise<void> {
  const list = await tts.voices(AbortSignal.any([stop, AbortSignal.timeout(VOICES_WITHIN_MS)]));
  stop.throwIfAborted();
  if (list === undefined) return;
  const faults = all.flatMap((persona) => whyNotSpoken(persona, list).map((why) => `${persona.name}.yaml: ${why}`));
  if (faults.length > 0) throw new AppError('PERSONAS_INVALID', personaReport(directory, faults));
}

/** How calmly callers in a mood are spoken to; nothing where their tone is not looked at. */
function moodRatio({ enabled, answerInKind, calmRatio }: ToneOptions): { readonly moodRatio?: number } {
  return enabled ? { moodRatio: answerInKind ? calmRatio : 1 } : {};
}

function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  stop.throwIfAborted();
  return new Promise((resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

/** Changes with the voice service's models, so that kept phrases are never those of another voice. */
function voiceFingerprint(services: Services): string {
  const { details } = services.status().find(({ name }) => name === 'tts') ?? {};
  const catalogue = readFileSync(new URL('../gpu-services/models/catalogue.json', import.meta.url));
  return `${JSON.stringify(details)} ${createHash('sha256').update(catalogue).digest('hex')}`;
}

/** For phrases made ahead: Kokoro takes seconds for a long one, and nobody waits. */
function patient<
  T extends { readonly tts: { readonly firstAudioTimeoutMs: number; readonly idleTimeoutMs: number; readonly totalTimeoutMs: number } },
>(clients: T): T {
  return { ...clients, tts: { ...clients.tts, firstAudioTimeoutMs: PATIENT_MS, idleTimeoutMs: PATIENT_MS, totalTimeoutMs: PATIENT_MS } };
}

/** Only to hear whether tools are refused. */
const PROBE_TOOL = { name: 'hang-up', description: 'Ends the call.', parameters: { type: 'object', properties: {} } };
const PATIENT_MS = 60_000;
/** It has just said that it is ready; a guess with room. */
const VOICES_WITHIN_MS = 5_000;
/** About 20 minutes of speech at 24 kHz. */
const MAX_PHRASE_BYTES = 64 * 1024 * 1024;
