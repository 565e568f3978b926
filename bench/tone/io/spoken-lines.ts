import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatWav, parseWav, type Sound } from '#callers/wav';
import { recognise, speak, type SpeechServices } from '#bench/call/io/speech-services';
import { measureSpeech, type MeasuredSpurt } from '#media';
import { byTelephone, synthesisSpeed, type Manner } from '../spoken.ts';

/** Lines as Kokoro says them in a manner, through a telephone line. What was made is kept for the next run. */
export class SpokenLines {
  readonly #services: SpeechServices;
  readonly #cacheDir: string;
  readonly #measured = new Map<string, readonly MeasuredSpurt[]>();

  constructor(services: SpeechServices, cacheDir: string) {
    this.#services = services;
    this.#cacheDir = cacheDir;
  }

  /** What a leg would tell of its talkspurts. */
  async measured(text: string, voice: string, manner: Manner): Promise<readonly MeasuredSpurt[]> {
    const key = JSON.stringify([text, voice, manner]);
    const known = this.#measured.get(key);
    if (known !== undefined) return known;
    const spurts = measureSpeech(byTelephone(await this.#sound(text, voice, synthesisSpeed(manner)), manner));
    this.#measured.set(key, spurts);
    return spurts;
  }

  /** The words that recognition makes of it. */
  async recognised(text: string, voice: string, manner: Manner): Promise<string> {
    const pcm = byTelephone(await this.#sound(text, voice, synthesisSpeed(manner)), manner);
    const padded = new Int16Array(pcm.length + 2 * AROUND_SAMPLES);
    padded.set(pcm, AROUND_SAMPLES);
    return (await recognise(this.#services, { sampleRateHz: 8000, pcm: padded })).text;
  }

  async #sound(text: string, voice: string, speed: number): Promise<Sound> {
    const path = join(
      this.#cacheDir,
      `${createHash('sha256')
        .update(JSON.stringify([voice, speed, text]))
        .digest('hex')
        .slice(0, 24)}.wav`,
    );
    if (existsSync(path)) return parseWav(readFileSync(path), path);
    const sound = await speak(this.#services, text, voice, 'kokoro', speed);
    mkdirSync(this.#cacheDir, { recursive: true });
    writeFileSync(path, formatWav(sound.sampleRateHz, sound.pcm));
    return sound;
  }
}

/** A quarter of a second at 8 kHz. */
const AROUND_SAMPLES = 2_000;
