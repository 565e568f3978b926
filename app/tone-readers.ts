import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Logger } from 'pino';
import { errorText } from '#domain/errors';
import { languageOf, learnTone, openVectorFile, WordTone, type Embedder, type Persona, type ToneReader } from '#pipeline';
import type { Quiet } from './phrases.ts';

export interface ToneLearning {
  readonly embedder: Embedder;
  readonly cacheDir: string;
  readonly log: Logger;
  readonly quiet: Quiet;
}

/** Who guesses at the tone in callers' words, one for each language; they go by single words until they have learnt the meaning of their examples. */
export class ToneReaders {
  readonly #byLanguage = new Map<object, WordTone>();

  constructor(personas: readonly Persona[]) {
    for (const { language, mode } of personas) {
      const known = mode === 'echo' ? undefined : languageOf(language);
      if (known?.tone !== undefined && !this.#byLanguage.has(known)) this.#byLanguage.set(known, new WordTone(known.tone, known.knowledge));
    }
  }

  of({ language }: Persona): ToneReader | undefined {
    return this.#byLanguage.get(languageOf(language) ?? this);
  }

  /** In the background, while nobody talks. Never throws: without it, single words have to do. */
  async learn({ embedder, cacheDir, log, quiet }: ToneLearning, stop: AbortSignal): Promise<void> {
    try {
      // Calls go first, though not for ever: on a busy line it takes a minute instead of ten seconds.
      const pause = async (): Promise<void> => {
        await nextTick();
        await quiet.begins(AbortSignal.any([stop, AbortSignal.timeout(GIVE_WAY_MS)])).catch(() => stop.throwIfAborted());
      };
      await pause();
      const vectors = await openVectorFile(join(cacheDir, 'tone-vectors.json'), embedder, stop);
      for (const reader of this.#byLanguage.values()) await learnTone(reader, embedder, { vectors, pause, signal: stop });
      vectors.save();
      log.info({ languages: this.#byLanguage.size }, 'the tone of voice is guessed from words and vectors');
    } catch (error) {
      if (!stop.aborted) log.warn({ error: errorText(error) }, 'the tone of voice is guessed from single words only');
    }
  }
}

const GIVE_WAY_MS = 150;
