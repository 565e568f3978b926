import type { LegId } from '#domain/call';
import type { LegMedia, LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { LegChange } from '../leg-spec.ts';
import type { ToWorker } from '../worker/messages.ts';

/** The audio of one call, as the gateways and the application hold it. */
export interface OpenLeg extends LegMedia {
  readonly localPort: number;
  readonly localRtcpPort: number;
  /** What a re-INVITE changed. A remote address that moved is learned anew. */
  update(change: LegChange): void;
  /** Idempotent; resolves when the sockets are closed. */
  close(): Promise<LegMediaStats>;
}

export type PostToWorker = (message: ToWorker, transfer?: ArrayBuffer[]) => void;

/** The main thread's end of a leg of any kind: commands go over, events come back. */
export class PoolLeg implements LegMedia {
  readonly legId: LegId;
  readonly #post: PostToWorker;
  #listener: ((event: LegMediaEvent) => void) | undefined;
  #kept: LegMediaEvent[] = [];
  #lastStats: LegMediaStats = NO_STATS;
  #closing: Promise<LegMediaStats> | undefined;
  #settle: ((stats: LegMediaStats) => void) | undefined;
  #gone = false;
  #onGone: () => void = () => undefined;

  constructor(legId: LegId, post: PostToWorker) {
    this.legId = legId;
    this.#post = post;
  }

  send(command: LegMediaCommand): void {
    const legId = this.legId;
    if (command.kind !== 'play') return this.tellWorker({ kind: 'command', legId, command });
    const pcm = transferable(command.pcm);
    this.tellWorker({ kind: 'command', legId, command: { ...command, pcm } }, [pcm.buffer as ArrayBuffer]);
  }

  onEvent(listener: (event: LegMediaEvent) => void): () => void {
    this.#listener = listener;
    const kept = this.#kept;
    this.#kept = [];
    for (const event of kept) listener(event);
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  /** Puts an event that came by another way (DTMF or text from a data channel) among those of the worker. */
  inject(event: LegMediaEvent): void {
    if (!this.#gone) this.event(event);
  }

  close(): Promise<LegMediaStats> {
    this.#closing ??= this.#gone
      ? Promise.resolve(this.#lastStats)
      : new Promise((resolve) => {
          this.#settle = resolve;
          this.#post({ kind: 'close', legId: this.legId });
        });
    return this.#closing;
  }

  /** Calls `listener` once, when the sockets are closed, or at once if they are. */
  onGone(listener: () => void): void {
    if (this.#gone) listener();
    else this.#onGone = listener;
  }

  /** From the worker. */
  event(event: LegMediaEvent): void {
    if (event.kind === 'media-stats') this.#lastStats = event.stats;
    if (this.#listener !== undefined) this.#listener(event);
    else if (this.#kept.length < MAX_KEPT) this.#kept.push(event);
  }

  /** From the worker: the sockets are closed. */
  closed(stats: LegMediaStats): void {
    this.#gone = true;
    this.#lastStats = stats;
    this.#settle?.(stats);
    this.#onGone();
  }

  /** The worker, or this leg in it, died. */
  lost(detail: string, atMs: number): void {
    if (this.#gone) return;
    this.#gone = true;
    this.event({ kind: 'media-lost', detail, atMs });
    this.#settle?.(this.#lastStats);
    this.#onGone();
  }

  /** Nothing goes to a leg that closes or is gone. */
  protected tellWorker(message: ToWorker, transfer?: ArrayBuffer[]): void {
    if (!this.#gone && this.#closing === undefined) this.#post(message, transfer);
  }
}

export class RtpPoolLeg extends PoolLeg implements OpenLeg {
  readonly localPort: number;
  readonly localRtcpPort: number;

  constructor(legId: LegId, localPort: number, localRtcpPort: number, post: PostToWorker) {
    super(legId, post);
    this.localPort = localPort;
    this.localRtcpPort = localRtcpPort;
  }

  update(change: LegChange): void {
    this.tellWorker({ kind: 'update', legId: this.legId, change });
  }
}

/** A view into a bigger buffer (a cache, a pool) is copied: transferring would take that from its owner. */
export function transferable(pcm: Int16Array): Int16Array {
  const isWhole = pcm.byteLength === pcm.buffer.byteLength && pcm.buffer instanceof ArrayBuffer;
  return isWhole ? pcm : pcm.slice();
}

/** Nobody listens for that long in practice; a leg that is never listened to must not grow. */
const MAX_KEPT = 512;

const NO_STATS: LegMediaStats = {
  packetsReceived: 0,
  packetsSent: 0,
  packetsLost: 0,
  packetsLate: 0,
  packetsDuplicate: 0,
  packetsFromStrangers: 0,
  packetsMalformed: 0,
  framesConcealed: 0,
  jitterMs: 0,
  lossRatio: 0,
  mos: 1,
  sendJitterMaxMs: 0,
  staleTurnPackets: 0,
  piecesRefused: 0,
};
