import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '#domain/clock';
import { AppError } from '#domain/errors';
import { PortPool } from '#kit/port-pool';
import type { LegIdentity } from '../legs/rtp-leg.ts';
import type { LegSpec, PcmLegSpec, PeerLegSpec } from '../leg-spec.ts';
import type { MediaPort, OpenLeg, OpenPcmLeg, OpenPeerLeg } from '../media-port.ts';
import type { MediaOptions } from '../options.ts';
import type { ModelPaths } from '../worker/messages.ts';
import { placeLeg, RestartPolicy } from '../worker/placement.ts';
import type { RtpPoolLeg } from './pool-leg.ts';
import { WorkerThread } from './worker-thread.ts';

/** What the pool writes of itself; pino fits. */
export interface MediaLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface MediaPoolStats {
  readonly legs: number;
  readonly legsPerWorker: readonly (number | undefined)[];
  readonly workersDied: number;
  readonly legsFailed: number;
  readonly portPairsUsed: number;
  readonly portPairsFree: number;
  readonly portPairsDraining: number;
  /** How speech is detected: `silero`, `energy` or `off`. */
  readonly vad: string;
}

export interface MediaPool extends MediaPort {
  /** Closes all legs and ends the workers. */
  close(): Promise<void>;
  stats(): MediaPoolStats;
}

export interface MediaPoolDeps {
  /** The entry of a media thread. */
  readonly workerUrl: URL;
  readonly clock: Clock;
  readonly modelPaths: ModelPaths;
  readonly log: MediaLog;
}

/** Starts the workers; resolves when all of them take legs. */
export async function createMediaPool(options: MediaOptions, deps: MediaPoolDeps): Promise<MediaPool> {
  const pool = new WorkerPool(options, deps);
  await pool.ready();
  return pool;
}

class WorkerPool implements MediaPool {
  readonly #options: MediaOptions;
  readonly #deps: MediaPoolDeps;
  /** Undefined: the system gives ports. */
  readonly #ports: PortPool | undefined;
  readonly #workers: WorkerThread[];
  readonly #restarts: RestartPolicy[];
  readonly #timers = new Set<NodeJS.Timeout>();
  #closing: Promise<void> | undefined;
  #workersDied = 0;
  #legsFailed = 0;
  #vad = 'unknown';

  constructor(options: MediaOptions, deps: MediaPoolDeps) {
    this.#options = options;
    this.#deps = deps;
    const { first, last, drainMs } = options.ports;
    this.#ports = first === 0 ? undefined : new PortPool({ first, last, portsEach: 2, restMs: drainMs });
    this.#restarts = Array.from({ length: options.workers }, () => new RestartPolicy());
    this.#workers = Array.from({ length: options.workers }, (_, index) => this.#start(index));
  }

  async ready(): Promise<void> {
    try {
      await Promise.all(this.#workers.map((worker) => worker.ready));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async openLeg(spec: LegSpec): Promise<OpenLeg> {
    for (let attempt = 1; ; attempt += 1) {
      const port = this.#takePort();
      try {
        return this.#withPort(await this.#place(spec, port), port);
      } catch (error) {
        this.#ports?.release(this.#deps.clock.nowMs(), port);
        const retryable = error instanceof AppError && error.retryable && attempt < MAX_ATTEMPTS && this.#closing === undefined;
        if (!retryable) throw error;
      }
    }
  }

  async openPeerLeg(spec: PeerLegSpec): Promise<OpenPeerLeg> {
    return await this.#onceMore(() => this.#worker().openPeer(spec, newIdentity()));
  }

  async openPcmLeg(spec: PcmLegSpec): Promise<OpenPcmLeg> {
    return await this.#onceMore(() => this.#worker().openPcm(spec));
  }

  close(): Promise<void> {
    this.#closing ??= this.#stopAll();
    return this.#closing;
  }

  stats(): MediaPoolStats {
    const legsPerWorker = this.#workers.map((worker) => worker.load);
    return {
      legs: legsPerWorker.reduce<number>((sum, legs) => sum + (legs ?? 0), 0),
      legsPerWorker,
      workersDied: this.#workersDied,
      legsFailed: this.#legsFailed,
      portPairsUsed: this.#ports?.used ?? 0,
      portPairsFree: this.#ports?.free ?? 0,
      portPairsDraining: this.#ports?.resting ?? 0,
      vad: this.#vad,
    };
  }

  #takePort(): number {
    if (this.#ports === undefined) return 0;
    const port = this.#ports.take(this.#deps.clock.nowMs());
    if (port !== undefined) return port;
    const { first, last } = this.#options.ports;
    throw new AppError('NO_PORTS', `all RTP ports of media.ports (${first} to ${last}) are in use or drain; widen the range`, {
      retryable: false,
    });
  }

  /** A worker that dies while it opens a leg is not the leg's fault. */
  async #onceMore<T>(open: () => Promise<T>): Promise<T> {
    try {
      return await open();
    } catch (error) {
      if (this.#closing !== undefined || !(error instanceof AppError && error.retryable)) throw error;
      return await open();
    }
  }

  async #place(spec: LegSpec, port: number): Promise<RtpPoolLeg> {
    return await this.#worker().openRtp(spec, port, newIdentity());
  }

  /** The one that takes the next leg. */
  #worker(): WorkerThread {
    const index = placeLeg(this.#workers.map((worker) => worker.load));
    if (index < 0) throw new AppError('MEDIA_WORKER_DIED', 'no media worker takes calls now', { retryable: false });
    return this.#workers[index]!;
  }

  /** The pair drains from the moment the leg is gone, in whatever way. */
  #withPort(leg: RtpPoolLeg, port: number): OpenLeg {
    leg.onGone(() => this.#ports?.release(this.#deps.clock.nowMs(), port));
    return leg;
  }

  #start(index: number): WorkerThread {
    const { workerUrl, clock, modelPaths, log } = this.#deps;
    return new WorkerThread(workerUrl, { options: this.#options, modelPaths }, clock, {
      ready: (vad, fault) => {
        this.#vad = vad;
        if (fault === undefined) log.info({ worker: index, vad }, 'media worker ready');
        else log.warn({ worker: index, vad, fault }, 'media worker ready without the speech model');
      },
      legFailed: (legId, detail) => {
        this.#legsFailed += 1;
        log.error({ worker: index, legId, detail }, 'leg failed in media worker');
      },
      strayFault: (detail) => log.error({ worker: index, detail }, 'fault in a media worker outside any leg'),
      exited: (expected, detail) => {
        if (expected || this.#closing !== undefined) return;
        this.#workersDied += 1;
        const waitMs = this.#restarts[index]!.died(clock.nowMs());
        log.error({ worker: index, detail, waitMs }, 'media worker died, starting another');
        this.#later(waitMs, () => (this.#workers[index] = this.#start(index)));
      },
    });
  }

  #later(waitMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#closing === undefined) work();
    }, waitMs);
    this.#timers.add(timer);
  }

  async #stopAll(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }
}

/** Unpredictable, so that nobody off the path can guess a stream; RFC 3550 sections 5.1 and 8.1. */
function newIdentity(): LegIdentity {
  return {
    ssrc: randomBytes(4).readUInt32BE(0),
    sequence: randomInt(0, 32768),
    timestamp: randomBytes(4).readUInt32BE(0),
    cname: randomBytes(12).toString('base64url'),
  };
}

const MAX_ATTEMPTS = 20;
