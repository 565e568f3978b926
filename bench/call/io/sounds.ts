import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseWav, resample } from '#callers/wav';

/** A WAV file of the caller's, and what it says where `NAME.txt` stands beside it. */
export interface CallerSound {
  readonly name: string;
  /** At 8 kHz. */
  readonly pcm: Int16Array;
  /** At 16 kHz, for lines that carry more than a telephone's band. */
  readonly pcm16k: Int16Array;
  readonly text: string | undefined;
}

export function readSound(path: string): CallerSound {
  const textPath = path.replace(/\.wav$/i, '.txt');
  const text = existsSync(textPath) ? readFileSync(textPath, 'utf8').trim() : undefined;
  const sound = parseWav(readFileSync(path), path);
  return { name: basename(path), pcm: resample(sound, 8000), pcm16k: resample(sound, 16_000), text };
}

/** The WAV files of a folder, by name. */
export function readSounds(dir: string): CallerSound[] {
  if (!existsSync(dir)) throw new Error(`${dir} does not exist; it must be a folder of WAV files`);
  const files = readdirSync(dir)
    .filter((file) => /\.wav$/i.test(file))
    .sort();
  if (files.length === 0) throw new Error(`${dir} holds no WAV files`);
  return files.map((file) => readSound(join(dir, file)));
}
