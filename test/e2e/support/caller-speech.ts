import { mkdirSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { formatWav, parseWav } from '#callers/wav';
import { CALLER_VOICE, synthesize } from '#bench/call/io/speech-services';
import { app, services } from './shared-app.ts';

/** What a caller says, spoken once a run by another voice than the bot's; 8 kHz. */
export async function speech(text: string, voice = CALLER_VOICE): Promise<Int16Array> {
  const dir = speechDir();
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `${createHash('sha256').update(`${voice} ${text}`).digest('hex').slice(0, 16)}.wav`);
  if (existsSync(path)) return parseWav(readFileSync(path), path).pcm;
  const pcm = await synthesize(services, text, voice);
  writeFileSync(path, formatWav(8000, pcm));
  return pcm;
}

/** The same as a file for a phone. */
export async function speechFile(text: string, voice = CALLER_VOICE, silenceMs = 0): Promise<string> {
  return phoneFile(await speech(text, voice), silenceMs);
}

/** Silence, the sound, then a minute of silence, because phones hang up or loop at the end of a file. */
export function phoneFile(pcm: Int16Array, silenceMs = 0): string {
  const dir = speechDir();
  mkdirSync(dir, { recursive: true });
  const before = silenceMs * 8;
  const padded = new Int16Array(before + pcm.length + 60 * 8000);
  padded.set(pcm, before);
  const path = join(dir, `phone-${createHash('sha256').update(padded).digest('hex').slice(0, 16)}.wav`);
  if (!existsSync(path)) writeFileSync(path, formatWav(8000, padded));
  return path;
}

export function silenceFile(): string {
  const dir = speechDir();
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'silence.wav');
  writeFileSync(path, formatWav(8000, new Int16Array(120 * 8000)));
  return path;
}

/** What callers say; apart from what the app writes. The set-up of the tests removes it. */
export function speechDir(): string {
  return `${app.dataDir}-speech`;
}
