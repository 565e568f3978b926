import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatWav, parseWav, resample } from '#callers/wav';
import { readSounds } from '#bench/call/io/sounds';
import { synthesize, type SpeechServices } from '#bench/call/io/speech-services';
import { mumbled } from '../mumble.ts';
import type { ScriptStep } from '../script.ts';

export interface LineSoundsOptions {
  readonly services: SpeechServices;
  /** Keeps what was synthesised, so that the next run has it. */
  readonly cacheDir: string;
  /** Folder with recordings: those that a step names, or whose `NAME.txt` is what it says. */
  readonly recordings?: string | undefined;
}

/** The sound of what a caller says, at 8 kHz: recorded where there is a recording, else synthesised. */
export class LineSounds {
  readonly #options: LineSoundsOptions;
  readonly #byText = new Map<string, Int16Array>();

  constructor(options: LineSoundsOptions) {
    this.#options = options;
    if (options.recordings === undefined) return;
    for (const sound of readSounds(options.recordings)) {
      const text = sound.text ?? sound.name.replace(/\.wav$/i, '').replaceAll(/[_-]/g, ' ');
      this.#byText.set(key(text), sound.pcm);
    }
  }

  /** Undefined for what is pressed. */
  async of(step: ScriptStep, voice: string): Promise<Int16Array | undefined> {
    const pcm = this.#recorded(step) ?? (step.say === undefined ? undefined : await this.#spoken(step.say, voice));
    if (pcm === undefined && step.wav !== undefined)
      throw new Error(
        `${step.wav} is not in ${this.#options.recordings ?? 'any folder of recordings'}, and the step has no text to say instead`,
      );
    return pcm !== undefined && step.mumbled === true ? mumbled(pcm) : pcm;
  }

  #recorded({ wav, say }: ScriptStep): Int16Array | undefined {
    const { recordings } = this.#options;
    if (recordings !== undefined && wav !== undefined) {
      const path = join(recordings, wav);
      if (existsSync(path)) return resample(parseWav(readFileSync(path), path), 8000);
    }
    return say === undefined ? undefined : this.#byText.get(key(say));
  }

  async #spoken(text: string, voice: string): Promise<Int16Array> {
    const { cacheDir, services } = this.#options;
    const path = join(cacheDir, `${createHash('sha256').update(`${voice}\n${text}`).digest('hex').slice(0, 24)}.wav`);
    if (existsSync(path)) return parseWav(readFileSync(path), path).pcm;
    const pcm = await synthesize(services, text, voice);
    mkdirSync(cacheDir, { recursive: true });
    writeFileSync(path, formatWav(8000, pcm));
    return pcm;
  }
}

function key(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();
}
