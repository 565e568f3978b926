import { Worker } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import type { LegId } from '#domain/call';
import type { Clock } from '#domain/clock';
import { AppError, errorText } from '#domain/errors';
import type { LegIdentity } from '../legs/rtp-leg.ts';
import type { LegSpec, PcmLegSpec, PeerLegSpec } from '../leg-spec.ts';
import type { FromWorker, MediaWorkerData, ToWorker } from '../worker/messages.ts';
import { PcmPoolLeg } from './pcm-pool-leg.ts';
import { PeerPoolLeg } from './peer-pool-leg.ts';
import { RtpPoolLeg, type PoolLeg, type PostToWorker } from './pool-leg.ts';

export interface WorkerThreadEvents {
  ready(vad: string, fault: string | undefined): void;
  /** Its legs have been told. `expected`: it was asked to stop. */
  exited(expected: boolean, detail: string): void;
  legFailed(legId: LegId, detail: string): void;
  strayFault(detail: string): void;
}

/** One media thread and the legs it carries, seen from the main thread. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #events: WorkerThreadEvents;
  readonly #legs = new Map<LegId, PoolLeg>();
  readonly #opening = new Map<LegId, { opened: (message: Opened) => void; reject: (error: Error) => void }>();
  readonly #postForLeg: PostToWorker = (message, transfer) => this.#post(message, transfer);
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

  openRtp(spec: LegSpec, port: number, identity: LegIdentity): Promise<RtpPoolLeg> {
    const { legId } = spec;
    return this.#open(
      { kind: 'open', legId, spec, port, identity },
      'opened',
      (opened) => new RtpPoolLeg(legId, opened.localPort, opened.localRtcpPort, this.#postForLeg),
    );
  }

  openPeer(spec: PeerLegSpec, identity: LegIdentity): Promise<PeerPoolLeg> {
    const { legId } = spec;
    return this.#open(
      { kind: 'open-peer', legId, spec, identity },
      'peer-opened',
      (opened) => new PeerPoolLeg(legId, opened.answer, this.#postForLeg),
    );
  }

  openPcm(spec: PcmLegSpec): Promise<PcmPoolLeg> {
    const { legId } = spec;
    return this.#open({ kind: 'open-pcm', legId, spec }, 'pcm-opened', () => new PcmPoolLeg(legId, this.#postForLeg));
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

  #open<Kind extends Opened['kind'], Leg extends PoolLeg>(
    request: ToWorker & { legId: LegId },
    kind: Kind,
    make: (opened: Extract<Opened, { kind: Kind }>) => Leg,
  ): Promise<Leg> {
    return new Promise((resolve, reject) => {
      this.#opening.set(request.legId, {
        opened: (message) => {
          invariant(message.kind === kind, `${request.kind} was answered by ${message.kind}`);
          const leg = make(message as Extract<Opened, { kind: Kind }>);
          this.#legs.set(request.legId, leg);
          resolve(leg);
        },
        reject,
      });
      this.#post(request);
    });
  }

  #handle(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#markReady();
        return this.#events.ready(message.vad, message.fault);
      case 'opened':
      case 'peer-opened':
      case 'pcm-opened':
        this.#opening.get(message.legId)?.opened(message);
        return void this.#opening.delete(message.legId);
      case 'open-failed':
        this.#opening.get(message.legId)?.reject(openError(message.code, message.message));
        return void this.#opening.delete(message.legId);
      case 'event':
        return this.#legs.get(message.legId)?.emit(message.event);
      case 'peer-event': {
        const leg = this.#legs.get(message.legId);
        return leg instanceof PeerPoolLeg ? leg.peerEvent(message.event) : undefined;
      }
      case 'bot-pcm': {
        const leg = this.#legs.get(message.legId);
        return leg instanceof PcmPoolLeg ? leg.botPcm(message.turnId, message.pcm) : undefined;
      }
      case 'closed':
        this.#legs.get(message.legId)?.closed(message.stats);
        return void this.#legs.delete(message.legId);
      case 'leg-failed':
        this.#legs.get(message.legId)?.lost(message.detail, this.#clock.nowMs());
        this.#legs.delete(message.legId);
        return this.#events.legFailed(message.legId, message.detail);
      case 'stray-fault':
        return this.#events.strayFault(message.detail);
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

type Opened = Extract<FromWorker, { kind: 'opened' | 'peer-opened' | 'pcm-opened' }>;

/** The system's codes, such as EADDRINUSE, are told from those of our own. */
function openError(code: string, message: string): AppError {
  return new AppError(/^E[A-Z0-9]+$/.test(code) ? `SOCKET_${code}` : code, message, { retryable: code === 'EADDRINUSE' });
}

/** Force is the last resort: see `SileroScorer.stop`. */
const STOP_MS = 5_000;
