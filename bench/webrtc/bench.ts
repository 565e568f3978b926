import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { places } from '#app/setup/places';
import { callsHeldOf, MAX_JITTER_MS, nextLoad, type SearchGrid } from '#bench/media/search';
import type { Progress } from '#bench/progress';
import { distribution, type Distribution } from '#bench/report';
import { runLoad, type Flow, type LoadFigures } from './io/load.ts';
import { parseWebRtcOptions } from './options.ts';
import type { PeerCodec } from '#callers/peer/offer';

/** One load that was tried. */
export interface WebRtcTrial {
  readonly calls: number;
  /** Peers that came up and were up at the end. */
  readonly up: number;
  readonly sendJitterP99Ms: number;
  readonly workerCore: number;
  readonly cpuUsPerCallFrame: number;
  readonly packetsLost: number;
}

export interface WebRtcResults {
  readonly peers: number;
  readonly codec: PeerCodec;
  readonly vad: 'on' | 'off';
  readonly lossPercent: number;
  /** From the offer posted to each; the first calls of a process are not counted. */
  readonly answerMs: Distribution;
  readonly connectedMs: Distribution;
  readonly firstRtpMs: Distribution;
  /** How late packets left, against their due time in the wheel. */
  readonly sendJitterMs: Distribution;
  /** Peers that did not come up, and those that came up and did not last. */
  readonly failed: number;
  readonly dropped: number;
  /** Processor time of the media thread for one call and 20 ms, both ways. */
  readonly cpuUsPerCallFrame: number;
  readonly cpuPercentPerCall: number;
  /** As cpuUsPerCallFrame, of the whole process of the bot. */
  readonly processCpuUsPerCallFrame: number;
  /** Share of one core that the media thread took, and how much of that the kernel took for sending and receiving. */
  readonly workerCore: number;
  readonly kernelShare: number;
  readonly toBot: Flow;
  readonly toPeers: Flow;
  /** The rate of the bot's speech without RTP headers: silence would be next to nothing. */
  readonly botKbitPerS: number;
  /** The most peers on one media thread with sendJitterMs.p99 below 5; null where the ramp is off. */
  readonly peersHeld: number | null;
  readonly rows: readonly WebRtcTrial[];
}

/** Peers of another stack against a gateway and a media thread of the bench's own; the bot speaks all the time, and so do the peers. */
export async function run(args: readonly string[], progress: Progress): Promise<WebRtcResults> {
  const options = parseWebRtcOptions(args);
  const sileroVad = options.vad === 'on' ? modelFile() : undefined;
  const { lossRatio, codec, complexity, transport } = options;
  const trial = async (peers: number, seconds: number): Promise<{ figures: LoadFigures; row: WebRtcTrial }> => {
    const figures = await runLoad({ peers, seconds, lossRatio, codec, complexity, transport, sileroVad });
    const row = rowOf(peers, figures);
    progress.note(
      `${peers} peers for ${seconds} s: ${row.up} held up, send jitter p99 ${row.sendJitterP99Ms} ms, ${row.packetsLost} packets lost, ${Math.round(row.workerCore * 100)} % of a core`,
    );
    for (const [text, count] of counted(figures.failures)) progress.note(`  ${count} did not come up: ${text}`);
    return { figures, row };
  };

  const { figures, row } = await trial(options.peers, options.seconds);
  const rows = [row];
  for (let next = nextLoad(rows, isHeld, GRID); options.ramp === 'on' && next !== undefined; next = nextLoad(rows, isHeld, GRID)) {
    const { row: tried } = await trial(next, Math.min(options.seconds, RAMP_SECONDS));
    // Neighbours on a shared machine make spikes: a load that failed may try once more.
    rows.push(isHeld(tried) ? tried : (await trial(next, Math.min(options.seconds, RAMP_SECONDS))).row);
  }
  return {
    peers: options.peers,
    codec,
    vad: options.vad,
    lossPercent: 100 * lossRatio,
    answerMs: distribution(figures.times.map((times) => times.answerMs)),
    connectedMs: distribution(present(figures.times.map((times) => times.connectedMs))),
    firstRtpMs: distribution(present(figures.times.map((times) => times.firstRtpMs))),
    sendJitterMs: distribution(figures.sendJitterMs),
    failed: figures.failures.length,
    dropped: options.peers - figures.failures.length - figures.up,
    cpuUsPerCallFrame: row.cpuUsPerCallFrame,
    processCpuUsPerCallFrame: rounded(figures.processCpuUsPerCallFrame),
    cpuPercentPerCall: rounded((100 * figures.workerCore) / options.peers),
    workerCore: row.workerCore,
    kernelShare: rounded(figures.kernelShare),
    toBot: figures.toBot,
    toPeers: figures.toPeers,
    botKbitPerS: rounded((figures.botPayloadBytes * 8 * 50) / 1000),
    peersHeld: options.ramp === 'on' ? callsHeldOf(rows, isHeld) : null,
    rows,
  };
}

function rowOf(calls: number, figures: LoadFigures): WebRtcTrial {
  return {
    calls,
    up: figures.up,
    sendJitterP99Ms: distribution(figures.sendJitterMs).p99,
    workerCore: rounded(figures.workerCore),
    cpuUsPerCallFrame: rounded(figures.cpuUsPerCallFrame),
    packetsLost: figures.toBot.lost + figures.toPeers.lost,
  };
}

/** Loss is no criterion: it may be asked for, and the peers' own process may be what is too slow. */
export function isHeld(trial: WebRtcTrial): boolean {
  return trial.up === trial.calls && trial.sendJitterP99Ms < MAX_JITTER_MS;
}

function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function modelFile(): string {
  const path = join(places().modelsDir, 'silero', 'silero_vad.onnx');
  if (!existsSync(path)) throw new Error(`--vad on needs the Silero model at ${path}: \`npm start\` fetches it`);
  return path;
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

const GRID: SearchGrid = { step: 5, most: 1000 };
const RAMP_SECONDS = 5;
