import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { places } from '#app/setup/places';
import { readRunning, runningFile } from '#app/running-file';
import { ROOT_DIR } from '#bench/call/bench';
import { formatWav } from '#callers/wav';
import { readSound } from '#bench/call/io/sounds';
import { recognise, servicesOf } from '#bench/call/io/speech-services';
import { LineSounds } from '#bench/forms/io/line-sounds';
import type { Progress } from '#bench/progress';
import { createLineListener } from '#media';
import { readAnswers, verdictOf, withVoices } from './answers.ts';
import { lineWith } from './line.ts';
import { parseShortAnswersOptions } from './options.ts';
import { tally, type HeardAnswer } from './tally.ts';

/** How many one-word and two-word answers are understood wrong, as they reach recognition on a telephone line. */
export async function run(args: readonly string[], progress: Progress): Promise<Record<string, unknown>> {
  const options = parseShortAnswersOptions(args);
  const services = servicesOf(readRunning(runningFile(join(ROOT_DIR, 'data', 'api-token'))), options);
  const texts = readAnswers(readFileSync(join(import.meta.dirname, 'answers.yaml'), 'utf8'));
  const answers = withVoices(texts.slice(0, options.answers), options.voices);
  const sounds = new LineSounds({ services, cacheDir: join(ROOT_DIR, 'data', 'bench', 'speech') });
  const listen = await createLineListener(join(places().modelsDir, 'silero', 'silero_vad.onnx'), CLOCK);
  const noise = options.noise === undefined ? {} : { noise: readSound(options.noise).pcm };
  const level = options.snrDb === undefined ? {} : { snrDb: options.snrDb };
  if (options.keep !== undefined) mkdirSync(options.keep, { recursive: true });
  const rows: HeardAnswer[] = [];
  for (const [at, answer] of answers.entries()) {
    const speech = await sounds.of({ say: answer.say }, answer.voice);
    if (speech === undefined) throw new Error(`there is no sound of ${JSON.stringify(answer.say)}`);
    const pcm = await listen(lineWith(speech, { seed: at, ...noise, ...level }));
    if (options.keep !== undefined) keep(join(options.keep, `${String(at).padStart(4, '0')}-${answer.part}`), pcm, answer);
    const { text: heard, decodeMs } =
      pcm.length === 0
        ? { text: '', decodeMs: 0 }
        : await recognise(services, { sampleRateHz: 16_000, pcm }, { hotwords: options.hotwords, prompt: options.prompt });
    const verdict = verdictOf(answer, heard);
    if (verdict !== 'right')
      progress.note(`${verdict}: ${answer.voice} said ${JSON.stringify(answer.say)}, heard ${JSON.stringify(heard)}`);
    rows.push({ answer, heard, verdict, decodeMs });
    if ((at + 1) % 20 === 0) progress.step(at + 1, answers.length, 'answers heard');
  }
  return { ...tally(rows), rows };
}

function keep(path: string, pcm: Int16Array, answer: object): void {
  writeFileSync(`${path}.wav`, formatWav(16_000, pcm));
  writeFileSync(`${path}.json`, `${JSON.stringify(answer)}\n`);
}

const CLOCK = { nowMs: () => performance.now(), wallMs: () => Date.now() };
