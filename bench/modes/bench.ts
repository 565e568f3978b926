import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { freePort } from '#app/free-port';
import { prepareFor } from '#app/setup/prepare';
import { saying, startPython } from '#app/transcribe/helper';
import { ROOT_DIR } from '#bench/call/bench';
import { parseWav, resample } from '#callers/wav';
import { readSounds } from '#bench/call/io/sounds';
import { makeCorpora, soundFolder } from '#bench/corpus/corpus';
import { formatCount, type Progress } from '#bench/progress';
import { loadConfig } from '#config';
import { loadPersonas } from '#config/personas';
import type { House, HouseParts } from './io/house.ts';
import { gpuMemoryMb, memoryMb } from './io/memory.ts';
import { openQueued } from './io/queued.ts';
import { openSequential } from './io/sequential.ts';
import { openStreaming } from './io/streaming.ts';
import { parseModesOptions, type Mode, type ModesOptions } from './options.ts';
import { modesPicture } from './picture.ts';
import { modesCsv, modesTable, rowOf, shares, type LevelRun, type ModeRow, type TurnTimes } from './results.ts';

export interface ModesResults extends Readonly<Record<string, unknown>> {
  readonly rows: readonly ModeRow[];
}

const OPEN: Readonly<Record<Mode, (parts: HouseParts) => Promise<House>>> = {
  sequential: openSequential,
  queued: openQueued,
  streaming: openStreaming,
};

/** The three generations over the same models and the same speech, one after the other, each by itself on the machine. */
export async function run(args: readonly string[], progress: Progress): Promise<ModesResults> {
  const options = parseModesOptions(args);
  const prepared = await prepareFor(['python', 'python-batch', 'models', 'page']);
  const parts: HouseParts = {
    rootDir: ROOT_DIR,
    ...prepared,
    engine: options.engine,
    users: Math.max(...options.levels),
    ...whatTheModelIsTold(),
    note: (text) => progress.note(text),
  };
  const sounds = await speech(options, parts, progress);
  const rows: ModeRow[] = [];
  const failures: string[] = [];
  for (const mode of options.modes) {
    progress.note(`${mode}: starting`);
    const house = await OPEN[mode](parts);
    try {
      // What is allocated at the first request is nobody's turn.
      await measure(house, mode, 1, { ...options, turns: 1 }, sounds, { note: () => undefined, step: () => undefined });
      for (const level of options.levels) {
        const result = await measure(house, mode, level, options, sounds, progress);
        rows.push(rowOf(result, options.label));
        failures.push(...result.failures.map((why) => `${mode}, ${level} users: ${why}`));
      }
    } finally {
      await house.stop();
    }
  }
  for (const why of [...new Set(failures)].slice(0, 10)) progress.note(`failed: ${why}`);
  process.stdout.write(`\n${modesTable(rows)}\n`);
  write(options.csv, modesCsv(rows), progress);
  write(options.svg, modesPicture(rows), progress);
  return { rows, ...shares(rows) };
}

async function measure(
  house: House,
  mode: Mode,
  level: number,
  options: ModesOptions,
  sounds: readonly Int16Array[],
  progress: Progress,
): Promise<LevelRun> {
  const turns: TurnTimes[] = [];
  const failures: string[] = [];
  const total = level * options.turns;
  const visitors = await Promise.all(Array.from({ length: level }, (_, user) => house.enter(user)));
  let peakMb = 0;
  const watch = setInterval(() => (peakMb = Math.max(peakMb, memoryMb(house.pids))), MEMORY_EVERY_MS);
  const startedAtMs = performance.now();
  await Promise.all(
    visitors.map(async (visitor, user) => {
      for (let turn = 0; turn < options.turns; turn += 1) {
        const pcm = sounds[(user + turn) % sounds.length] as Int16Array;
        try {
          const times = await visitor.turn(pcm, options.timeoutMs);
          turns.push(times);
          progress.step(
            turns.length + failures.length,
            total,
            `${mode}, ${level} ${level === 1 ? 'user' : 'users'}: first audio ${formatCount(times.firstAudioMs, 'ms')}, complete ${formatCount(times.completeMs, 'ms')}`,
          );
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
          progress.step(turns.length + failures.length, total, `${mode}, ${level} users: FAILED, ${failures.at(-1) ?? ''}`);
        }
      }
    }),
  );
  const wallMs = performance.now() - startedAtMs;
  clearInterval(watch);
  peakMb = Math.max(peakMb, memoryMb(house.pids));
  await Promise.all(visitors.map((visitor) => visitor.leave()));
  return { mode, level, turns, failures, wallMs, memoryMb: peakMb, gpuMemoryMb: gpuMemoryMb() };
}

/** What the persona `chat` tells the language model, and what the app's defaults let it say. */
function whatTheModelIsTold(): Pick<HouseParts, 'prompt' | 'maxNewTokens' | 'temperature'> {
  const loaded = loadConfig({ argv: [], env: {}, root: ROOT_DIR, cwd: ROOT_DIR });
  if (loaded.kind === 'faults') throw new Error(loaded.report);
  const { personas, clients } = loaded.config;
  const chat = loadPersonas(personas.directory).personas.get('chat');
  if (chat === undefined) throw new Error(`${personas.directory} has no persona "chat", which streaming talks with`);
  return { prompt: chat.prompt, maxNewTokens: clients.llm.maxNewTokens, temperature: clients.llm.temperature };
}

/** At 16 kHz. The corpus is spoken by a voice service that runs for it alone. */
async function speech({ wav }: ModesOptions, parts: HouseParts, progress: Progress): Promise<readonly Int16Array[]> {
  if (wav !== undefined) {
    const path = resolve(process.env['INIT_CWD'] ?? process.cwd(), wav);
    return [resample(parseWav(readFileSync(path), path), 16_000)];
  }
  const folder = soundFolder('questions');
  try {
    return readSounds(folder).map(({ pcm16k }) => pcm16k);
  } catch {
    progress.note("making the callers' speech");
  }
  const port = await freePort();
  const key = randomBytes(18).toString('base64url');
  const voice = startPython(
    'tts.server',
    ['--port', String(port)],
    { root: parts.rootDir, pythonPath: parts.pythonPath, modelsDir: parts.modelsDir, cacheDir: parts.cacheDir },
    { PARLEY_SERVICES_KEY: key },
  );
  try {
    await voice.said(saying('ready'));
    await makeCorpora([folder], { sttUrl: '', ttsUrl: `http://127.0.0.1:${port}`, key }, progress);
  } finally {
    await voice.stop();
  }
  return readSounds(folder).map(({ pcm16k }) => pcm16k);
}

function write(path: string | undefined, text: string, progress: Progress): void {
  if (path === undefined) return;
  const full = resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  progress.note(`written to ${full}`);
}

const MEMORY_EVERY_MS = 1000;
