import { setPriority } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePrivateFile } from '#app/private-files';
import { readRunning, runningFile } from '#app/running-file';
import { makeCorpora } from '#bench/corpus/corpus';
import { formatCount, type Progress } from '#bench/progress';
import { assertReachable, dial } from './io/dial.ts';
import { noiseLoop } from '#callers/speech-level';
import { pause } from '#callers/talker';
import { AppRecords, connectRecords, type RecordedCall } from './io/app-records.ts';
import { speakTurn, type PlannedTurn } from './io/speak-turn.ts';
import { readSound, readSounds, type CallerSound } from './io/sounds.ts';
import { servicesOf } from './io/speech-services.ts';
import { parseCallOptions, type CallBenchOptions } from './options.ts';
import { summarise, type CallResults } from './results.ts';
import { addRecord, type Row } from './row.ts';

export const ROOT_DIR = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** A fresh call after so many turns: what one caller does not do is talk for an hour. */
const TURNS_A_CALL = 12;

interface Run {
  readonly options: CallBenchOptions;
  readonly plan: readonly PlannedTurn[];
  readonly noise: Int16Array | undefined;
  readonly records: AppRecords | undefined;
  readonly progress: Progress;
  readonly rows: { index: number; row: Row }[];
  readonly setupMs: number[];
  staleTurnPackets: number;
  next: number;
  calls: number;
}

/** Dials the running app and measures turns on the wire. */
export async function run(args: readonly string[], progress: Progress): Promise<CallResults> {
  const options = parseCallOptions(args);
  await assertReachable(options.to, ROOT_DIR);
  const folders = [options.audio, options.interrupt, options.backchannel].filter((folder) => folder !== undefined);
  await makeCorpora(folders, servicesOf(readRunning(runningFile(join(ROOT_DIR, 'data', 'api-token'))), options), progress);
  const audio = readSounds(options.audio);
  const plan = planTurns(audio, options);
  const noise =
    options.noise === undefined
      ? undefined
      : noiseLoop(
          readSound(options.noise).pcm,
          audio.map((sound) => sound.pcm),
          options.snrDb,
        );
  const records = await connectRecords(options.http, ROOT_DIR);
  if (!(records instanceof AppRecords)) progress.note(`what the bot understood stays unknown: ${records.missing}`);
  try {
    setPriority(-5);
  } catch {
    /* only root may: then times are as good as the machine is idle */
  }
  const state: Run = {
    options,
    plan,
    noise,
    records: records instanceof AppRecords ? records : undefined,
    progress,
    rows: [],
    setupMs: [],
    staleTurnPackets: 0,
    next: 0,
    calls: 0,
  };
  await Promise.all(Array.from({ length: Math.min(options.parallel, plan.length) }, (_, i) => converse(state, i * 700)));
  const rows = state.rows.sort((a, b) => a.index - b.index).map(({ row }) => row);
  return summarise(rows, { setupMs: state.setupMs, staleTurnPackets: state.staleTurnPackets });
}

/** One line after the other of the plan, spoken by one caller in as many calls as it takes. */
async function converse(run: Run, delayMs: number): Promise<void> {
  await pause(delayMs);
  while (run.next < run.plan.length) {
    const call = ++run.calls;
    const { to, lossRatio, codec } = run.options;
    const caller = await dial(to, ROOT_DIR, { noise: run.noise, lossRatio, codec, seed: call });
    run.setupMs.push(caller.setupMs);
    let seen = 0;
    try {
      await caller.hearBot(1200); // the greeting
      if (caller.callId !== undefined) run.records?.know(caller.signallingId, caller.callId);
      for (let i = 0; i < TURNS_A_CALL && run.next < run.plan.length && !caller.hasEnded; i++) {
        const index = run.next++;
        const row = await speakTurn(caller, run.plan[index] as PlannedTurn, call);
        const record = await run.records?.waitFor(
          caller.signallingId,
          (r) => r.turns.some((turn) => turn.turnId > seen && turn.source !== 'greeting'),
          1500,
        );
        if (record) {
          addRecord(
            row,
            record.turns.filter((turn) => turn.turnId > seen),
          );
          judgeBackchannel(row, record, seen);
          seen = Math.max(seen, ...record.turns.map((turn) => turn.turnId));
        }
        run.rows.push({ index, row });
        run.progress.step(run.rows.length, run.plan.length, describe(row));
      }
    } finally {
      await caller.hangUp();
    }
    if (run.options.record !== undefined) {
      writePrivateFile(join(run.options.record, `call-${String(call).padStart(3, '0')}.wav`), caller.recording());
    }
    const ended = await run.records?.waitFor(caller.signallingId, (r) => r.endedAt !== undefined, 3000);
    run.staleTurnPackets += ended?.stats?.['staleTurnPackets'] ?? 0;
  }
}

/** A bot that aborted its turn and began another at once did not resume, whatever the packets look like. */
function judgeBackchannel(row: Row, record: RecordedCall, seen: number): void {
  if (row.backchannelResumed !== true) return;
  const answer = record.turns.find((turn) => turn.turnId > seen && turn.callerText !== '');
  if (answer?.outcome === 'interrupted') row.backchannelResumed = false;
}

/** Every turn of `--audio`, or so many as asked for in rotation; what is played over answers is dealt out evenly among them. */
export function planTurns(
  audio: readonly CallerSound[],
  options: Pick<CallBenchOptions, 'turns' | 'interrupt' | 'backchannel'>,
): PlannedTurn[] {
  const kinds: PlannedTurn['over'][][] = [[undefined]];
  if (options.interrupt !== undefined) kinds.push(readSounds(options.interrupt).map((sound) => ({ kind: 'interruption', sound })));
  if (options.backchannel !== undefined) kinds.push(readSounds(options.backchannel).map((sound) => ({ kind: 'backchannel', sound })));
  const dealt = kinds.map(() => 0);
  return Array.from({ length: options.turns ?? audio.length }, (_, i) => {
    const kind = i % kinds.length;
    const list = kinds[kind] as PlannedTurn['over'][];
    const over = list[(dealt[kind] as number) % list.length];
    dealt[kind] = (dealt[kind] as number) + 1;
    const sound = audio[i % audio.length] as CallerSound;
    return over ? { sound, over } : { sound };
  });
}

function describe(row: Row): string {
  const outcome = row.unanswered ? 'unanswered' : row.cutOff ? 'CUT OFF' : formatCount(row.firstSoundMs, 'ms');
  const over =
    row.over === undefined
      ? ''
      : row.during === 'interruption'
        ? `  ${row.over}: stopped after ${formatCount(row.bargeInStopMs, 'ms')}`
        : `  ${row.over}: ${row.backchannelResumed ? 'went on' : 'DID NOT GO ON'}, gap ${formatCount(row.backchannelGapMs, 'ms')}`;
  return `${row.file.padEnd(28)} ${outcome.padStart(10)}${over}  ${row.understood === undefined ? '' : `"${row.understood}"`}`;
}
