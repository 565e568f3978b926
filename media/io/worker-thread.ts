import { Worker } from 'node:worker_threads';
import type { LegId } from '#domain/call';
import type { Clock } from '#domain/clock';
import { AppError, errorText } from '#domain/errors';
import type { LegIdentity } from '../leg-media.ts';
import type { LegSpec } from '../leg-spec.ts';
import type { FromWorker, MediaWorkerData, ToWorker } from '../worker/messages.ts';
import { PoolLeg } from './pool-leg.ts';

export interface WorkerThreadEvents {
  ready(vad: string, fault: string | undefined): void;
  /** Its legs have been told. `expected`: it was asked to stop. */
  exited(expected: boolean, detail: string): void;
  legFailed(legId: LegId, detail: string): void;
}

/** One media thread and the legs it carries, seen from the main thread. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #events: WorkerThreadEvents;
  readonly #legs = new Map<LegId, PoolLeg>();
  readonly #opening = new Map<LegId, { resolve: (leg: PoolLeg) => void; reject: (error: Error) => void }>();
  readonly ready: Promise<void>;
  #markReady: () => void = () => undefined;
  #failReady: (error: Error) => void = () => undefined;
  #outbox: ToWorker[] = [];
  /** A set: a buffer that is given twice by mistake must not break the batch. */
  #transfer = new Set<ArrayBuffer>();
  #stopping = false;
  #isReady = false;
  #hasExited = false;
  #fault = '';

  constructor(url: URL, data: MediaWorkerData, clock: Clock, events: WorkerThreadEvents) {
    this.#clock = clock;
    this.#events = events;
    this.ready = new Promise((resolve, reject) => {
      this.#markReady = resolve;
      this.#failReady = reject;
    });
    // Who waits hears it; a replacement nobody waits for is started again.
    this.ready.catch(() => undefined);
    this.#worker = new Worker(url, { workerData: data, name: 'media' });
    this.#worker.on('message', (messages: readonly FromWorker[]) => {
      for (const message of messages) this.#handle(message);
    });
    this.#worker.on('error', (error) => (this.#fault = errorText(error)));
    this.#worker.on('exit', (code) => this.#exited(code));
  }

  /** Legs that it carries or is opening; undefined: it takes none. */
  get load(): number | undefined {
    return this.#isReady && !this.#stopping ? this.#legs.size + this.#opening.size : undefined;
  }

  open(spec: LegSpec, port: number, identity: LegIdentity): Promise<PoolLeg> {
    return new Promise((resolve, reject) => {
      this.#opening.set(spec.legId, { resolve, reject });
      this.#post({ kind: 'open', legId: spec.legId, spec, port, identity });
    });
  }

  /** Closes all legs; resolves when the thread has ended, by force after some seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#hasExited) return;
    const ended = new Promise<void>((resolve) => void this.#worker.once('exit', () => resolve()));
    this.#post({ kind: 'stop' });
    const force = setTimeout(() => void this.#worker.terminate(), STOP_MS);
    await ended;
    clearTimeout(force);
  }

  #handle(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#markReady();
        return this.#events.ready(message.vad, message.fault);
      case 'opened': {
        const leg = new PoolLeg(message.legId, message.localPort, message.localRtcpPort, (toWorker, transfer) => this.#post(toWorker, transfer));
        this.#legs.set(message.legId, leg);
        this.#opening.get(message.legId)?.resolve(leg);
        return void this.#opening.delete(message.legId);
      }
      case 'open-failed':
        this.#opening.get(message.legId)?.reject(new AppError(`SOCKET_${message.code}`, message.message, { retryable: message.code === 'EADDRINUSE' }));
        return void this.#opening.delete(message.legId);
      case 'event':
        return this.#legs.get(message.legId)?.event(message.event);
      case 'closed':
        this.#legs.get(message.legId)?.closed(message.stats);
        return void this.#legs.delete(message.legId);
      case 'leg-failed':
        this.#legs.get(message.legId)?.lost(message.detail, this.#clock.nowMs());
        this.#legs.delete(message.legId);
        return this.#events.legFailed(message.legId, message.detail);
      default:
        return message satisfies never;
    }
  }

  #exited(code: number): void {
    this.#isReady = false;
    this.#hasExited = true;
    const detail = this.#fault === '' ? `exit code ${code}` : this.#fault;
    const error = new AppError('MEDIA_WORKER_DIED', `the media worker ended: ${detail}`, { retryable: true });
    this.#failReady(error);
    for (const { reject } of this.#opening.values()) reject(error);
    this.#opening.clear();
    for (const leg of this.#legs.values()) leg.lost(detail, this.#clock.nowMs());
    this.#legs.clear();
    this.#events.exited(this.#stopping, detail);
  }

  /** Everything that is sent in one turn of the event loop goes over together, in order. */
  #post(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#outbox.length === 0) setImmediate(() => this.#flush());
    this.#outbox.push(message);
    for (const buffer of transfer) this.#transfer.add(buffer);
  }

  #flush(): void {
    const messages = this.#outbox;
    const buffers = this.#transfer;
    this.#outbox = [];
    this.#transfer = new Set();
    if (!this.#hasExited) this.#worker.postMessage(messages, [...buffers]);
  }
}

/** Force is the last resort: see `SileroScorer.stop`. */
const STOP_MS = 5_000;
