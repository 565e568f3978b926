import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { MEASURE_CHANNEL, type MeasureRequest } from '#bench/media/io/measure';
import { workerFigures } from '#bench/media/io/probe';
import type { PeerTimes } from '#callers/peer/io/webrtc-peer';
import type { PeerCodec } from '#callers/peer/offer';
import { startGateway, type GatewayOptions } from './gateway.ts';
import type { FromPeers, ToPeers } from './protocol.ts';
import { callerPayloads } from './speech.ts';

export interface LoadOptions extends GatewayOptions {
  readonly peers: number;
  readonly seconds: number;
  readonly lossRatio: number;
  readonly codec: PeerCodec;
}

export interface LoadFigures {
  readonly times: readonly PeerTimes[];
  /** Why peers did not come up. */
  readonly failures: readonly string[];
  /** Were up at the end. */
  readonly up: number;
  readonly sendJitterMs: Float64Array;
  readonly cpuUsPerCallFrame: number;
  /** The same for the whole process of the bot: gateway, media thread and whatever threads a library has. */
  readonly processCpuUsPerCallFrame: number;
  readonly workerCore: number;
  readonly kernelShare: number;
  readonly toBot: Flow;
  readonly toPeers: Flow;
  /** Mean payload of the bot's packets: that it talks. */
  readonly botPayloadBytes: number;
}

/** Packets one way. */
export interface Flow {
  readonly expected: number;
  /** Never came, or too late. */
  readonly lost: number;
  /** Came after they had been asked for again (or, to the bot, by forward error correction). */
  readonly recovered: number;
}

/** One load on an instance of its own: gateway and media thread here, the peers in other processes. */
export async function runLoad(options: LoadOptions): Promise<LoadFigures> {
  const { peers: count, seconds } = options;
  const payloads = await callerPayloads(options.codec, options.lossRatio);
  const gateway = await startGateway(options);
  const channel = new BroadcastChannel(MEASURE_CHANNEL);
  const processes = await Promise.all(Array.from({ length: Math.ceil(count / PEERS_A_PROCESS) }, startPeers));
  try {
    const up = await Promise.all(
      processes.map((peers, i) =>
        peers.start({
          kind: 'start',
          baseUrl: gateway.url,
          warmUps: i === 0 ? WARM_UPS : 0,
          dialEveryMs: DIAL_EVERY_MS * processes.length,
          peers: Math.min(PEERS_A_PROCESS, count - i * PEERS_A_PROCESS),
          codec: options.codec,
          lossRatio: options.lossRatio,
          payloads,
        }),
      ),
    );
    gateway.bot.forgetStats();
    await sleep(SETTLE_MS);
    channel.postMessage({ kind: 'begin' } satisfies MeasureRequest);
    const cpuAtStart = process.cpuUsage();
    await sleep(seconds * 1000);
    const processCpu = process.cpuUsage(cpuAtStart);
    const figures = await workerFigures(channel);
    const stopped = await Promise.all(processes.map((peers) => peers.stop()));
    await gateway.close();
    const counts = stopped.flatMap((report) => report.counts);
    const { stats } = gateway.bot;
    const sum = <T>(list: readonly T[], of: (item: T) => number) => list.reduce((total, item) => total + of(item), 0);
    return {
      times: up.flatMap((report) => report.times),
      failures: up.flatMap((report) => report.failures),
      up: sum(stopped, (report) => report.up),
      sendJitterMs: figures.sendJitterMs,
      cpuUsPerCallFrame: figures.cpuUs / (count * seconds * FRAMES_PER_S),
      processCpuUsPerCallFrame: (processCpu.user + processCpu.system) / (count * seconds * FRAMES_PER_S),
      workerCore: figures.cpuUs / (seconds * 1e6),
      kernelShare: figures.systemCpuUs / figures.cpuUs,
      toBot: {
        expected: sum(counts, (c) => c.sent),
        lost: sum(stats, (s) => s.packetsLost),
        recovered: sum(stats, (s) => s.packetsRecovered ?? 0),
      },
      toPeers: { expected: sum(counts, (c) => c.expected), lost: sum(counts, (c) => c.lost), recovered: sum(counts, (c) => c.recovered) },
      botPayloadBytes:
        sum(counts, (c) => c.payloadBytes) /
        Math.max(
          1,
          sum(counts, (c) => c.received),
        ),
    };
  } finally {
    channel.close();
    for (const peers of processes) peers.quit();
    await gateway.close();
  }
}

interface PeersProcess {
  start(message: Extract<ToPeers, { kind: 'start' }>): Promise<Extract<FromPeers, { kind: 'up' }>>;
  stop(): Promise<Extract<FromPeers, { kind: 'stopped' }>>;
  quit(): void;
}

async function startPeers(): Promise<PeersProcess> {
  const child = fork(fileURLToPath(new URL('./peers-process.ts', import.meta.url)), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await next(child, 'ready');
  const ask = <Kind extends FromPeers['kind']>(message: ToPeers, kind: Kind) => {
    const answer = next(child, kind);
    child.send(message);
    return answer;
  };
  return {
    start: (message) => ask(message, 'up'),
    stop: () => ask({ kind: 'stop' }, 'stopped'),
    quit: () => void (child.connected && child.send({ kind: 'quit' } satisfies ToPeers)),
  };
}

function next<Kind extends FromPeers['kind']>(child: ChildProcess, kind: Kind): Promise<Extract<FromPeers, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`the peers of the WebRTC bench ended with ${code ?? 'a signal'}; their message is above`));
    const onMessage = (message: FromPeers) => {
      if (message.kind !== kind) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(message as Extract<FromPeers, { kind: Kind }>);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

const WARM_UPS = 5;
const PEERS_A_PROCESS = 60;
/** Between two dials, over all processes. */
const DIAL_EVERY_MS = 60;
/** After the last peer has come up: code compiled, buffers filled. */
const SETTLE_MS = 2500;
const FRAMES_PER_S = 50;
