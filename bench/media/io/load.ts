import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { createMediaPool, mediaOptions, type MediaPool, type OpenLeg } from '#media';
import { systemClock } from '#app/system-clock';
import { MEASURE_CHANNEL, type FromSender, type MeasureRequest, type ToSender } from './measure.ts';
import { workerFigures } from './probe.ts';
import { samples } from '#domain/units';

export interface LoadOptions {
  readonly calls: number;
  readonly seconds: number;
  /** Present: speech is detected by the model. Absent: no detection, all caller audio is sent up. */
  readonly sileroVad: string | undefined;
  /** The processor that the callers are bound to, so that they take no time of the media thread's; Linux only. */
  readonly senderCpu?: number | undefined;
}

export interface LoadFigures {
  readonly sendJitterMs: Float64Array;
  readonly rtpToPcmMs: Float64Array;
  readonly lost: number;
  readonly cpuUsPerCallFrame: number;
  readonly workerCore: number;
  readonly kernelShare: number;
  readonly senderLateMs: Float64Array;
  readonly senderCore: number;
}

/** One load on an instance of its own, on ports that the system gives. */
export async function runLoad(options: LoadOptions): Promise<LoadFigures> {
  const sender = await startSender(options.senderCpu);
  const pool = await startPool(options);
  const channel = new BroadcastChannel(MEASURE_CHANNEL);
  try {
    const legs = await openLegs(pool, options.calls, sender.ports);
    const feeder = feed(legs);
    sender.post({ kind: 'start', ports: legs.map((leg) => leg.localPort), payload: callerLoop() });
    await sleep(WARM_UP_MS);
    channel.postMessage({ kind: 'begin' } satisfies MeasureRequest);
    await sleep(options.seconds * 1000);
    const figures = await workerFigures(channel);
    const callers = await sender.stop();
    await sleep(100);
    clearInterval(feeder);
    const stats = await Promise.all(legs.map((leg) => leg.close()));
    const received = stats.reduce((sum, leg) => sum + leg.packetsReceived + leg.packetsFromStrangers, 0);
    return {
      sendJitterMs: figures.sendJitterMs,
      rtpToPcmMs: figures.rtpToPcmMs,
      lost: callers.lost + Math.max(0, callers.sent - received),
      cpuUsPerCallFrame: figures.cpuUs / (options.calls * options.seconds * FRAMES_PER_S),
      kernelShare: figures.systemCpuUs / figures.cpuUs,
      workerCore: figures.cpuUs / (options.seconds * 1e6),
      senderLateMs: Float64Array.from(callers.lateMs),
      senderCore: callers.core,
    };
  } finally {
    channel.close();
    await pool.close();
    sender.quit();
  }
}

async function startPool({ sileroVad }: LoadOptions): Promise<MediaPool> {
  const vad = sileroVad === undefined ? { mode: 'off' } : { mode: 'silero' };
  return await createMediaPool(mediaOptions.parse({ bindAddress: '127.0.0.1', ports: { first: 0 }, vad }), {
    workerUrl: new URL('./worker.ts', import.meta.url),
    clock: systemClock,
    modelPaths: sileroVad === undefined ? {} : { sileroVad },
    log: {
      info: () => undefined,
      warn: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
      error: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
    },
  });
}

async function openLegs(pool: MediaPool, calls: number, ports: readonly number[]): Promise<OpenLeg[]> {
  const legs: OpenLeg[] = [];
  for (let i = 0; i < calls; i += 1) {
    const remote = { address: '127.0.0.1', port: ports[i % ports.length]! };
    const leg = await pool.openLeg({
      legId: `bench-${i}`,
      codec: 'PCMU',
      payloadType: 0,
      ptimeMs: 20,
      remote,
      signallingAddress: '127.0.0.1',
      direction: 'sendrecv',
    });
    let taken = 0;
    leg.onEvent((event) => {
      if (event.kind !== 'caller-audio') return;
      taken += event.pcm.length;
      if (taken < GRANT_SAMPLES) return;
      leg.send({ kind: 'grant-uplink', samples: samples(taken) });
      taken = 0;
    });
    leg.send({ kind: 'set-barge-in', mode: 'off' });
    legs.push(leg);
  }
  return legs;
}

/** The bot speaks all the time: a second of audio for each call each second, spread over it. */
function feed(legs: readonly OpenLeg[]): NodeJS.Timeout {
  const second = Int16Array.from({ length: 24_000 }, (_, i) => 6000 * Math.sin((2 * Math.PI * 300 * i) / 24_000));
  const rounds = 1000 / FEED_EVERY_MS;
  let round = 0;
  const play = (leg: OpenLeg) => leg.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: second.slice() });
  for (const leg of legs) play(leg);
  return setInterval(() => {
    for (let i = round % rounds; i < legs.length; i += rounds) play(legs[i]!);
    round += 1;
  }, FEED_EVERY_MS);
}

/** What each caller says over and over: a phrase and a longer silence, as in a conversation. 20 ms frames of mu-law. */
function callerLoop(): number[] {
  const speech = fileURLToPath(new URL('./caller.ulaw', import.meta.url));
  const phrase = existsSync(speech) ? [...readFileSync(speech)] : syntheticPhrase();
  const quiet = Array.from({ length: Math.round(phrase.length * SILENCE_PER_SPEECH) }, () => 0xff);
  const loop = [...phrase, ...quiet];
  return loop.slice(0, loop.length - (loop.length % 160));
}

/** Syllables of noise: sound enough to keep the model at work, whatever it takes them for. */
function syntheticPhrase(): number[] {
  let seed = 1;
  return Array.from({ length: 8000 }, (_, i) => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return i % 1600 < 1200 ? 0x10 | ((seed >> 16) & 0x8f) : 0xff;
  });
}

interface Sender {
  readonly ports: readonly number[];
  post(message: ToSender): void;
  stop(): Promise<Extract<FromSender, { kind: 'stopped' }>>;
  quit(): void;
}

async function startSender(cpu: number | undefined): Promise<Sender> {
  const child = fork(fileURLToPath(new URL('./sender.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(cpu !== undefined && { execPath: 'taskset', execArgv: ['--cpu-list', String(cpu), process.execPath] }),
  });
  const ready = await next(child, 'ready');
  return {
    ports: ready.ports,
    post: (message) => void child.send(message),
    stop: () => {
      const stopped = next(child, 'stopped');
      child.send({ kind: 'stop' } satisfies ToSender);
      return stopped;
    },
    quit: () => void (child.connected && child.send({ kind: 'quit' } satisfies ToSender)),
  };
}

function next<Kind extends FromSender['kind']>(child: ChildProcess, kind: Kind): Promise<Extract<FromSender, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: FromSender) => {
      if (message.kind !== kind) return;
      child.off('message', onMessage);
      resolve(message as Extract<FromSender, { kind: Kind }>);
    };
    child.on('message', onMessage);
    child.once('error', (error) => reject(new Error(`the sender of the media bench cannot be started: ${error.message}`)));
    child.once('exit', (code) => reject(new Error(`the sender of the media bench ended with ${code}`)));
  });
}

const WARM_UP_MS = 2500;
const FRAMES_PER_S = 50;
const FEED_EVERY_MS = 20;
/** Credit goes back for half a second at a time; 16 kHz. */
const GRANT_SAMPLES = 8000;
/** A caller speaks for about two fifths of a call. */
const SILENCE_PER_SPEECH = 1.5;
