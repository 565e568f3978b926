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

/** The main thread's end of a leg: commands go over, events come back. */
export class PoolLeg implements OpenLeg {
  readonly legId: LegId;
  readonly localPort: number;
  readonly localRtcpPort: number;
  readonly #post: (message: ToWorker, transfer?: ArrayBuffer[]) => void;
  #listener: ((event: LegMediaEvent) => void) | undefined;
  #kept: LegMediaEvent[] = [];
  #lastStats: LegMediaStats = NO_STATS;
  #closing: Promise<LegMediaStats> | undefined;
  #settle: ((stats: LegMediaStats) => void) | undefined;
  #gone = false;
  #onGone: () => void = () => undefined;

  constructor(legId: LegId, localPort: number, localRtcpPort: number, post: (message: ToWorker, transfer?: ArrayBuffer[]) => void) {
    this.legId = legId;
    this.localPort = localPort;
    this.localRtcpPort = localRtcpPort;
    this.#post = post;
  }

  send(command: LegMediaCommand): void {
    if (this.#gone || this.#closing !== undefined) return;
    const legId = this.legId;
    if (command.kind !== 'play') return this.#post({ kind: 'command', legId, command });
    // A view into a bigger buffer (a cache, a pool) is copied: transferring would take that from its owner.
    const isWhole = command.pcm.byteLength === command.pcm.buffer.byteLength && command.pcm.buffer instanceof ArrayBuffer;
    const pcm = isWhole ? command.pcm : command.pcm.slice();
    this.#post({ kind: 'command', legId, command: { ...command, pcm } }, [pcm.buffer as ArrayBuffer]);
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

  update(change: LegChange): void {
    if (!this.#gone) this.#post({ kind: 'update', legId: this.legId, change });
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
    else if (this.#kept.length < MOST_KEPT) this.#kept.push(event);
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
}

/** Nobody listens for that long in practice; a leg that is never listened to must not grow. */
const MOST_KEPT = 512;

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
