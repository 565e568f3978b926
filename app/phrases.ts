import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, isAbort } from '#domain/errors';
import { ms } from '#domain/units';
import {
  fixedPhrases,
  languageOrDefault,
  makeSpeakable,
  moodPhrases,
  speakingTo,
  type Persona,
  type PhraseCache,
  type TextToSpeech,
} from '#pipeline';
import type { LogFunction } from './telemetry/log.ts';

/** A phrase that is there for now in the voice that is quick; the better one follows when nobody talks. */
interface KeptPhrase {
  readonly pcm: Int16Array;
  readonly isDraft: boolean;
}

/** Fixed phrases of all personas as PCM at 24 kHz, so that they leave at once and even while the voice is down. */
export class Phrases implements PhraseCache {
  readonly #tts: TextToSpeech;
  readonly #options: PhraseOptions;
  readonly #ready = new Map<string, KeptPhrase>();
  /** Of each persona, what is said in another manner than the rest. */
  readonly #moods = new WeakMap<Persona, ReadonlySet<string>>();
  #bytes = 0;

  constructor(tts: TextToSpeech, options: PhraseOptions) {
    this.#tts = tts;
    this.#options = options;
  }

  get(text: string, persona: Persona): Int16Array | undefined {
    return this.#ready.get(this.#key(text, persona))?.pcm;
  }

  get count(): number {
    return this.#ready.size;
  }

  /**
   * What no call can do without, at once: from the folder, or spoken in whichever voice is quick. A failed one is left
   * out and said by the voice when it is needed. Never throws.
   */
  async prepareNeeded(personas: readonly Persona[], signal: AbortSignal): Promise<void> {
    for (const [text, persona] of needed(personas)) {
      if (signal.aborted) return;
      if (this.get(text, persona) !== undefined) continue;
      const stored = await this.#stored(text, persona);
      const pcm = stored ?? (await this.#spoken(text, persona, AT_ONCE_MS, signal));
      if (pcm !== undefined) this.#keep(text, persona, { pcm, isDraft: stored === undefined });
    }
  }

  /**
   * All phrases in the best voice, while `quiet` says that nobody talks: one in the making is given up for a call and
   * made again. Resolves with how many are missing; never throws.
   */
  async prepareAll(personas: readonly Persona[], quiet: Quiet, signal: AbortSignal): Promise<number> {
    let missing = 0;
    for (const [text, persona] of [...needed(personas), ...further(personas), ...this.#forMoods(personas)]) {
      const kept = this.#ready.get(this.#key(text, persona));
      if (kept !== undefined && !kept.isDraft) continue;
      const pcm = (await this.#stored(text, persona)) ?? (await this.#inQuiet(text, persona, quiet, signal));
      if (signal.aborted) return missing;
      if (pcm !== undefined && this.#keep(text, persona, { pcm, isDraft: false })) continue;
      if (kept === undefined) missing += 1;
    }
    return missing;
  }

  /** Last, because they are needed seldom and nothing is said later for want of them. */
  #forMoods(personas: readonly Persona[]): readonly (readonly [string, Persona])[] {
    return this.#options.moodRatio === undefined
      ? []
      : personas.flatMap((persona) => moodPhrases(persona).map((text) => [text, persona] as const));
  }

  async #inQuiet(text: string, persona: Persona, quiet: Quiet, signal: AbortSignal): Promise<Int16Array | undefined> {
    for (;;) {
      try {
        await quiet.begins(signal);
      } catch {
        return undefined;
      }
      const { pcm, isBrokenOff } = await quiet.during(async (ended) => {
        const made = await this.#spoken(text, persona, NO_HURRY_MS, AbortSignal.any([signal, ended]));
        return { pcm: made, isBrokenOff: made === undefined && ended.aborted && !signal.aborted };
      });
      if (isBrokenOff) continue;
      if (pcm !== undefined) await this.#store(text, persona, pcm);
      return pcm;
    }
  }

  /** Whether there was room for it. */
  #keep(text: string, persona: Persona, phrase: KeptPhrase): boolean {
    const key = this.#key(text, persona);
    const added = phrase.pcm.byteLength - (this.#ready.get(key)?.pcm.byteLength ?? 0);
    if (this.#bytes + added > this.#options.maxBytes) return false;
    this.#ready.set(key, phrase);
    this.#bytes += added;
    return true;
  }

  async #spoken(text: string, persona: Persona, deadlineMs: number, signal: AbortSignal): Promise<Int16Array | undefined> {
    const request = {
      text: makeSpeakable(text, languageOrDefault(persona.language).speech),
      ...this.#voiceOf(text, persona),
      language: persona.language,
      deadlineMs: ms(deadlineMs),
      first: true,
      last: true,
    };
    try {
      const chunks: Int16Array[] = [];
      for await (const chunk of this.#tts.speak(request, signal)) chunks.push(chunk);
      const pcm = joined(chunks);
      return pcm.length === 0 ? undefined : pcm;
    } catch (error) {
      if (!isAbort(error))
        this.#options.log('warn', 'a fixed phrase could not be prepared', { persona: persona.name, error: errorText(error) });
      return undefined;
    }
  }

  async #stored(text: string, persona: Persona): Promise<Int16Array | undefined> {
    try {
      const bytes = await readFile(this.#file(text, persona));
      if (bytes.length === 0 || bytes.length % 2 !== 0) return undefined;
      return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    } catch {
      return undefined;
    }
  }

  async #store(text: string, persona: Persona, pcm: Int16Array): Promise<void> {
    const file = this.#file(text, persona);
    try {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
      await writeFile(`${file}.${process.pid}`, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength), { mode: 0o600 });
      await rename(`${file}.${process.pid}`, file);
    } catch (error) {
      this.#options.log('warn', 'the phrase folder cannot be written', { error: errorText(error) });
    }
  }

  #voiceOf(text: string, persona: Persona): { readonly voice: string; readonly speed: number } {
    const { moodRatio } = this.#options;
    const moods = this.#moods.get(persona) ?? new Set(moodPhrases(persona));
    this.#moods.set(persona, moods);
    if (moodRatio === undefined || !moods.has(text)) return { voice: persona.voice, speed: persona.speedRatio };
    return { voice: persona.calmVoice ?? persona.voice, speed: persona.speedRatio * moodRatio };
  }

  #file(text: string, persona: Persona): string {
    return join(this.#options.folder, `${this.#key(text, persona)}.pcm`);
  }

  #key(text: string, persona: Persona): string {
    const { voice, speed } = this.#voiceOf(text, persona);
    const parts = [this.#options.voiceModel, voice, speed, persona.language, text];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  }
}

/** Whether callers leave the machine to itself. */
export interface Quiet {
  /** Resolves when nobody talks; rejects when `signal` is aborted. */
  begins(signal: AbortSignal): Promise<void>;
  /** Does `work`; the signal aborts when somebody begins to talk. */
  during<T>(work: (ended: AbortSignal) => Promise<T>): Promise<T>;
}

function needed(personas: readonly Persona[]): readonly (readonly [string, Persona])[] {
  return personas.flatMap((persona) =>
    [speakingTo(persona).greeting, persona.fault, persona.shutdown].map((text) => [text, persona] as const),
  );
}

function further(personas: readonly Persona[]): readonly (readonly [string, Persona])[] {
  return personas.flatMap((persona) => fixedPhrases(persona).map((text) => [text, persona] as const));
}

export interface PhraseOptions {
  /** Where PCM is kept between starts. */
  readonly folder: string;
  /** Names the models that speak; another one makes all phrases anew. */
  readonly voiceModel: string;
  readonly maxBytes: number;
  /** What is said to callers in a mood is spoken at so much of the persona's speed; undefined: nothing is. */
  readonly moodRatio?: number;
  readonly log: LogFunction;
}

function joined(chunks: readonly Int16Array[]): Int16Array {
  const pcm = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    pcm.set(chunk, at);
    at += chunk.length;
  }
  return pcm;
}

/** Lets the `auto` engine take the voice that is ready first: somebody waits for the start. */
const AT_ONCE_MS = 0;
/** Lets it take the better voice: nobody waits. */
const NO_HURRY_MS = 120_000;
