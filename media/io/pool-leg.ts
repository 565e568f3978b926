import type { LegId } from '#domain/call';
import { LegEvents, type GatewayMedia } from '#domain/leg-events';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { LegChange } from '../leg-spec.ts';
import type { OpenLeg } from '../media-port.ts';
import type { ToWorker } from '../worker/messages.ts';

export type PostToWorker = (message: ToWorker, transfer?: ArrayBuffer[]) => void;

/** The main thread's end of a leg of any kind: commands go over, events come back. */
export class PoolLeg extends LegEvents implements GatewayMedia {
  readonly legId: LegId;
  readonly #post: PostToWorker;
  #lastStats: LegMediaStats = NO_STATS;
  #closing: Promise<LegMediaStats> | undefined;
  #settle: ((stats: LegMediaStats) => void) | undefined;
  #gone = false;
  #onGone: () => void = () => undefined;

  constructor(legId: LegId, post: PostToWorker) {
    super();
    this.legId = legId;
    this.#post = post;
  }

  send(command: LegMediaCommand): void {
    const legId = this.legId;
    if (command.kind !== 'play') return this.tellWorker({ kind: 'command', legId, command });
    const pcm = transferable(command.pcm);
    this.tellWorker({ kind: 'command', legId, command: { ...command, pcm } }, [pcm.buffer as ArrayBuffer]);
  }

  inject(event: LegMediaEvent): void {
    if (!this.#gone) this.emit(event);
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
  override emit(event: LegMediaEvent): void {
    if (event.kind === 'media-stats') this.#lastStats = event.stats;
    super.emit(event);
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
    this.emit({ kind: 'media-lost', detail, atMs });
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
