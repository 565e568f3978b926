import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatWav } from '#callers/wav';
import { speak, type SpeechServices } from '#bench/call/io/speech-services';
import type { Progress } from '#bench/progress';

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, 'out');

/** What callers of the benches say, made once by Kokoro voices other than the bot's. */
const CORPORA = {
  /** What the front desk's knowledge answers, in other words than its own. */
  questions: 'questions',
  interruptions: 'interruptions',
  backchannels: 'backchannels',
  /** Digits said in groups. */
  digits: 'digits',
  /** At least 500 words for the word error rate: reading, the questions, and real recordings where Debian's pocketsphinx-testdata is installed. */
  words: 'reading',
} as const;
export type CorpusName = keyof typeof CORPORA;

/** The folder that `--audio` and its like mean: the path as it is, or one of the corpora by its name. */
export function soundFolder(given: string): string {
  return isCorpus(given) ? join(OUT, given) : given;
}

/** Speaks what is missing of the corpora among `folders` by the running voice service; other folders are left alone. Can be broken off and goes on. */
export async function makeCorpora(folders: readonly string[], services: SpeechServices, progress: Progress): Promise<void> {
  for (const folder of folders) {
    const name = basename(folder);
    if (resolve(folder) === join(OUT, name) && isCorpus(name)) await makeCorpus(name, services, progress);
  }
}

/** Files of a corpus: `01-when-can-i-have-breakfast.wav` in the order of the texts, each in another voice. */
export function plannedFiles(
  texts: readonly string[],
): readonly { readonly file: string; readonly text: string; readonly voice: string }[] {
  return texts.map((text, index) => {
    const slug = (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).slice(0, 5).join('-');
    return { file: `${String(index + 1).padStart(2, '0')}-${slug}.wav`, text, voice: VOICES[index % VOICES.length] ?? 'am_michael' };
  });
}

async function makeCorpus(name: CorpusName, services: SpeechServices, progress: Progress): Promise<void> {
  const texts = JSON.parse(readFileSync(join(HERE, 'texts.json'), 'utf8')) as Record<string, readonly string[]>;
  const folder = join(OUT, name);
  mkdirSync(folder, { recursive: true });
  const files = plannedFiles(texts[CORPORA[name]] ?? []);
  const missing = files.filter(({ file }) => !existsSync(join(folder, file)));
  for (const [index, { file, text, voice }] of missing.entries()) {
    const { pcm, sampleRateHz } = await speak(services, text, voice);
    keep(join(folder, file), formatWav(sampleRateHz, pcm), text);
    progress.step(index + 1, missing.length, `caller speech for ${name}: ${file}, ${voice}`);
  }
  if (name !== 'words') return;
  await makeCorpus('questions', services, progress);
  const questions = join(OUT, 'questions');
  for (const file of readdirSync(questions)) copyFileSync(join(questions, file), join(folder, `q${file}`));
  copyRecordings(folder, progress);
}

/** Real people: card commands, and sentences out of LibriVox, 16 kHz. */
function copyRecordings(folder: string, progress: Progress): void {
  if (!existsSync(POCKETSPHINX))
    return progress.note('pocketsphinx-testdata is not installed; real recordings are left out (apt-get install pocketsphinx-testdata)');
  for (const [part, transcription] of [
    ['cards', 'cards.transcription'],
    ['librivox', 'transcription'],
  ] as const) {
    for (const line of readFileSync(join(POCKETSPHINX, part, transcription), 'utf8').split('\n')) {
      const [, text, id] = /<s>(.*)<\/s>\s*\((.+)\)/.exec(line) ?? [];
      const source = join(POCKETSPHINX, part, `${id}.wav`);
      if (text === undefined || id === undefined || !existsSync(source)) continue;
      keep(join(folder, `${part}-${id.slice(-4)}.wav`), readFileSync(source), text.trim().split(/\s+/).join(' '));
    }
  }
}

/** The sound last, under its name in one step: a file that is there is whole and has its text. */
function keep(path: string, wav: Uint8Array, text: string): void {
  writeFileSync(path.replace(/\.wav$/, '.txt'), `${text}\n`);
  writeFileSync(`${path}.part`, wav);
  renameSync(`${path}.part`, path);
}

function isCorpus(name: string): name is CorpusName {
  return Object.hasOwn(CORPORA, name);
}

const VOICES = ['am_michael', 'bf_emma', 'am_fenrir', 'af_bella', 'bm_george', 'af_nicole', 'am_puck', 'bf_isabella'];
const POCKETSPHINX = '/usr/share/pocketsphinx/test/data';
