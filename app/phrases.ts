import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, isAbort } from '#domain/errors';
import { ms } from '#domain/units';
import { fixedPhrases, makeSpeakable, type Persona, type PhraseCache, type TextToSpeech } from '#pipeline';
import type { LogFunction } from './telemetry/log.ts';

/** Fixed phrases of all personas as PCM at 24 kHz, so that they leave at once and even while the voice is down. */
export class Phrases implements PhraseCache {
  readonly #tts: TextToSpeech;
  readonly #options: PhraseOptions;
  readonly #ready = new Map<string, Int16Array>();
  #bytes = 0;

  constructor(tts: TextToSpeech, options: PhraseOptions) {
    this.#tts = tts;
    this.#options = options;
  }

  get(text: string, persona: Persona): Int16Array | undefined {
    return this.#ready.get(this.#key(text, persona));
  }

  get count(): number {
    return this.#ready.size;
  }

  /**
   * Takes phrases from the folder or has them spoken, most needed first. A failed one is left out and said by
   * the voice when it is needed. Resolves with how many are missing; never throws.
   */
  async prepare(personas: readonly Persona[], which: 'needed-first' | 'all', signal: AbortSignal): Promise<number> {
    let missing = 0;
    for (const [text, persona] of this.#wanted(personas, which)) {
      if (signal.aborted) break;
      if (this.get(text, persona) !== undefined) continue;
      const pcm = (await this.#stored(text, persona)) ?? (await this.#spoken(text, persona, signal));
      if (pcm === undefined || this.#bytes + pcm.byteLength > this.#options.maxBytes) missing += 1;
      else this.#keep(text, persona, pcm);
    }
    return missing;
  }

  *#wanted(personas: readonly Persona[], which: 'needed-first' | 'all'): Generator<readonly [string, Persona]> {
    for (const persona of personas) yield* [persona.greeting, persona.fault, persona.shutdown].map((text) => [text, persona] as const);
    if (which === 'needed-first') return;
    for (const persona of personas) yield* fixedPhrases(persona).map((text) => [text, persona] as const);
  }

  #keep(text: string, persona: Persona, pcm: Int16Array): void {
    this.#ready.set(this.#key(text, persona), pcm);
    this.#bytes += pcm.byteLength;
  }

  async #spoken(text: string, persona: Persona, signal: AbortSignal): Promise<Int16Array | undefined> {
    const request = {
      text: makeSpeakable(text),
      voice: persona.voice,
      speed: persona.speedRatio,
      language: persona.language,
      deadlineMs: ms(NO_HURRY_MS),
      first: true,
      last: true,
    };
    try {
      const chunks: Int16Array[] = [];
      for await (const chunk of this.#tts.speak(request, signal)) chunks.push(chunk);
      const pcm = joined(chunks);
      if (pcm.length === 0) return undefined;
      await this.#store(text, persona, pcm);
      return pcm;
    } catch (error) {
      if (!isAbort(error)) this.#options.log('warn', 'a fixed phrase could not be prepared', { persona: persona.name, error: errorText(error) });
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
      await mkdir(this.#options.folder, { recursive: true });
      await writeFile(`${file}.${process.pid}`, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
      await rename(`${file}.${process.pid}`, file);
    } catch (error) {
      this.#options.log('warn', 'the phrase folder cannot be written', { error: errorText(error) });
    }
  }

  #file(text: string, persona: Persona): string {
    return join(this.#options.folder, `${this.#key(text, persona)}.pcm`);
  }

  #key(text: string, persona: Persona): string {
    const parts = [this.#options.voiceModel, persona.voice, persona.speedRatio, persona.language, text];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  }
}

export interface PhraseOptions {
  /** Where PCM is kept between starts. */
  readonly folder: string;
  /** Names the models that speak; another one makes all phrases anew. */
  readonly voiceModel: string;
  readonly maxBytes: number;
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

/** Lets the `auto` engine take the better voice: nobody waits. */
const NO_HURRY_MS = 120_000;
