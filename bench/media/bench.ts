import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { places } from '#app/setup/places';
import type { Progress } from '#bench/progress';
import { distribution, type Distribution } from '#bench/report';
import { numberOption } from '../call/options.ts';
import { callsHeldOf, isHeld, MEDIA_GRID, nextLoad, type LoadTrial } from './search.ts';
import { runLoad, type LoadFigures } from './io/load.ts';

export interface MediaResults {
  readonly vad: 'on' | 'off';
  readonly calls: number;
  /** How late packets left, against their due time in the wheel. */
  readonly sendJitterMs: Distribution;
  /** From the caller's send call to the samples in the worker. */
  readonly rtpToPcmMs: Distribution;
  /** Packets, both ways. */
  readonly lost: number;
  /** Processor time of the media thread for one call and 20 ms, both ways. */
  readonly cpuUsPerCallFrame: number;
  /** Share of one core that the media thread took. */
  readonly workerCore: number;
  /** How much of that the kernel took for sending and receiving. */
  readonly kernelShare: number;
  /** How late the callers themselves sent, and their share of a core: when that is much, it is them that is measured. */
  readonly senderLateMs: Distribution;
  readonly senderCore: number;
  /** The most calls on one media thread with sendJitterMs.p99 below 5 and none lost. */
  readonly callsHeld: number;
  readonly rows: readonly LoadTrial[];
}

/** Paced G.711 both ways through a real media worker; the callers are another process, the bot speaks all the time. */
export async function run(args: readonly string[], progress: Progress): Promise<MediaResults> {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      calls: { type: 'string' },
      seconds: { type: 'string' },
      vad: { type: 'string' },
      search: { type: 'string' },
      'sender-cpu': { type: 'string' },
    },
  });
  const calls = numberOption('calls', values.calls ?? '300', 1, 4000);
  const seconds = numberOption('seconds', values.seconds ?? '10', 1, 600);
  const vad = onOff('vad', values.vad ?? 'off');
  const search = onOff('search', values.search ?? 'on');
  const cpu = values['sender-cpu'];
  const senderCpu = cpu === undefined ? undefined : numberOption('sender-cpu', cpu, 0, availableParallelism() - 1);
  const sileroVad = vad === 'on' ? modelFile() : undefined;
  const trial = async (count: number, forS: number): Promise<{ figures: LoadFigures; row: LoadTrial }> => {
    const figures = await runLoad({ calls: count, seconds: forS, sileroVad, senderCpu });
    const row = {
      calls: count,
      sendJitterP99Ms: distribution(figures.sendJitterMs).p99,
      lost: figures.lost,
      workerCore: rounded(figures.workerCore),
    };
    progress.note(
      `${count} calls for ${forS} s: send jitter p99 ${row.sendJitterP99Ms} ms, ${row.lost} lost, ${Math.round(figures.workerCore * 100)} % of a core`,
    );
    return { figures, row };
  };

  const main = await trial(calls, seconds);
  const rows = [main.row];
  for (let next = nextLoad(rows, isHeld, MEDIA_GRID); search === 'on' && next !== undefined; next = nextLoad(rows, isHeld, MEDIA_GRID)) {
    const { row } = await trial(next, Math.min(seconds, SEARCH_SECONDS));
    // Neighbours on a shared machine make spikes: a load that failed may try once more.
    rows.push(isHeld(row) ? row : (await trial(next, Math.min(seconds, SEARCH_SECONDS))).row);
  }
  const { figures } = main;
  return {
    vad,
    calls,
    sendJitterMs: distribution(figures.sendJitterMs),
    rtpToPcmMs: distribution(figures.rtpToPcmMs),
    lost: figures.lost,
    cpuUsPerCallFrame: rounded(figures.cpuUsPerCallFrame),
    workerCore: rounded(figures.workerCore),
    kernelShare: rounded(figures.kernelShare),
    senderLateMs: distribution(figures.senderLateMs),
    senderCore: rounded(figures.senderCore),
    callsHeld: callsHeldOf(rows, isHeld),
    rows,
  };
}

function onOff(name: string, text: string): 'on' | 'off' {
  if (text !== 'on' && text !== 'off') throw new Error(`--${name} "${text}": must be on or off`);
  return text;
}

function modelFile(): string {
  const path = join(places().modelsDir, 'silero', 'silero_vad.onnx');
  if (!existsSync(path)) throw new Error(`--vad on needs the Silero model at ${path}: \`npm start\` fetches it`);
  return path;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

const SEARCH_SECONDS = 5;
