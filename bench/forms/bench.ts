import { setPriority } from 'node:os';
import { join } from 'node:path';
import { writePrivateFile } from '#app/private-files';
import { readRunning, runningFile } from '#app/running-file';
import { ROOT_DIR } from '#bench/call/bench';
import { dial, assertReachable } from '#bench/call/io/dial';
import { noiseLoop } from '#callers/speech-level';
import { pause } from '#callers/talker';
import { AppRecords, connectRecords } from '#bench/call/io/app-records';
import { readSound } from '#bench/call/io/sounds';
import { servicesOf } from '#bench/call/io/speech-services';
import type { Progress } from '#bench/progress';
import { generateScripts } from './generate.ts';
import { LineSounds } from './io/line-sounds.ts';
import { playScript } from './io/play-script.ts';
import { wordsOfPersona } from './io/words-of-persona.ts';
import { parseFormsOptions, type FormsBenchOptions } from './options.ts';
import { judge } from './outcome.ts';
import type { FormWords } from './persona-words.ts';
import { brokenRow, summariseForms, type CallerRow, type FormsResults } from './results.ts';
import type { CallerScript } from './script.ts';
import { CALLER_VOICES } from './voices.ts';

interface Run {
  readonly options: FormsBenchOptions;
  readonly to: string;
  readonly sounds: LineSounds;
  readonly records: AppRecords;
  readonly words: (form: string) => FormWords;
  readonly noise: Int16Array | undefined;
}

/** Callers made by script get something done by the running app; what it did is held against what they meant. */
export async function run(args: readonly string[], progress: Progress): Promise<FormsResults & { readonly seed: number }> {
  const options = parseFormsOptions(args);
  const running = readRunning(runningFile(join(ROOT_DIR, 'data', 'api-token')));
  const to = options.to ?? `sip:${running?.user ?? 'bot'}@${running?.sip ?? '127.0.0.1:5060'}`;
  await assertReachable(to, ROOT_DIR);
  const records = await connectRecords(
    options.http ?? process.env['PARLEY_HTTP_URL'] ?? running?.httpUrl ?? 'http://127.0.0.1:3000',
    ROOT_DIR,
  );
  if (!(records instanceof AppRecords)) throw new Error(`what was done can only be read from the app's records: ${records.missing}`);
  const seed = options.seed ?? Date.now() % 2 ** 32;
  const scripts = generateScripts({ callers: options.callers, seed, today: localDay(new Date()), voices: CALLER_VOICES });
  const services = servicesOf(running, { tts: options.tts });
  const sounds = new LineSounds({ services, cacheDir: join(ROOT_DIR, 'data', 'bench', 'speech'), recordings: options.audio });
  const speech = await prepare(scripts, sounds, progress);
  try {
    setPriority(-5);
  } catch {
    /* only root may: then times are as good as the machine is idle */
  }
  const noise = options.noise === undefined ? undefined : noiseLoop(readSound(options.noise).pcm, speech, options.snrDb);
  const words = wordsOfPersona(to, ROOT_DIR);
  const state: Run = { options, to, sounds, records, words, noise };
  const rows: (CallerRow | undefined)[] = [];
  let next = 0;
  let done = 0;
  await Promise.all(
    Array.from({ length: Math.min(options.parallel, scripts.length) }, async (_, worker) => {
      await pause(worker * WORKERS_APART_MS);
      while (next < scripts.length) {
        const index = next++;
        const row = await callAs(state, scripts[index] as CallerScript);
        rows[index] = row;
        progress.step(++done, scripts.length, describe(row));
      }
    }),
  );
  return { seed, ...summariseForms(rows.filter((row) => row !== undefined)) };
}

/** Everything is spoken before the first call, so that no caller's voice is made while an answer is timed. */
async function prepare(scripts: readonly CallerScript[], sounds: LineSounds, progress: Progress): Promise<Int16Array[]> {
  const speech: Int16Array[] = [];
  for (const [i, script] of scripts.entries()) {
    for (const step of script.steps) {
      const pcm = await sounds.of(step, script.voice);
      if (pcm !== undefined && step.mumbled !== true) speech.push(pcm);
    }
    if ((i + 1) % 10 === 0) progress.note(`voices of ${i + 1} of ${scripts.length} callers are ready`);
  }
  return speech;
}

async function callAs(run: Run, script: CallerScript): Promise<CallerRow> {
  const words = run.words(script.form);
  try {
    const caller = await dial(run.to, ROOT_DIR, { noise: run.noise });
    try {
      const played = await playScript(caller, script, { sounds: run.sounds, records: run.records, words });
      const { name, kind, leastTurns } = script;
      const { turns, repairs, firstSoundMs, cutOffs, unanswered, dialogue, endedWith } = played;
      const verdict =
        played.record === undefined
          ? { completed: false, wrongActions: [], slots: [], why: 'the app has no record of the call' }
          : judge(script, played.record, words.typeOf);
      return {
        name,
        kind,
        leastTurns,
        turns,
        repairs,
        firstSoundMs,
        cutOffs,
        unanswered,
        dialogue,
        ...verdict,
        ...(verdict.why === undefined ? {} : { why: `${verdict.why}; hung up: ${endedWith}` }),
      };
    } finally {
      await caller.hangUp();
      if (run.options.record !== undefined) {
        writePrivateFile(join(run.options.record, `${script.name}.wav`), caller.recording());
      }
    }
  } catch (error) {
    return brokenRow(script, error instanceof Error ? error.message : String(error));
  }
}

function describe(row: CallerRow): string {
  const firstSound =
    row.firstSoundMs.length === 0
      ? '-'
      : `${Math.round(row.firstSoundMs.toSorted((a, b) => a - b)[Math.floor(row.firstSoundMs.length / 2)] as number)} ms`;
  return `${row.name.padEnd(22)} ${row.completed ? 'completed' : 'NOT COMPLETED'}  ${row.turns} turns (least ${row.leastTurns})  ${firstSound}${row.why === undefined ? '' : `  ${row.why}`}`;
}

function localDay(now: Date): string {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}

const WORKERS_APART_MS = 700;
