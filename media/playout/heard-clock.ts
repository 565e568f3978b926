import type { LegMediaEvent } from '#domain/leg-media';
import type { PieceId, TurnId } from '#domain/turn';
import { samples, type Ms } from '#domain/units';

export type PlayoutNews = Extract<LegMediaEvent, { kind: 'playout-started' | 'playout-progress' | 'playout-finished' }>;

/**
 * News about audio that leaves ahead of the clock (core): kept back until the clock says that it has been heard, so that what the bot is believed to have
 * said does not run ahead of the caller's ears.
 */
export class HeardClock {
  readonly #emit: (event: LegMediaEvent) => void;
  readonly #waiting: { readonly event: PlayoutNews; readonly heardAtMs: Ms }[] = [];
  #startedTurn: TurnId = 0;
  #turnId: TurnId = 0;
  #pieceId: PieceId = 0;
  #told = 0;

  constructor(emit: (event: LegMediaEvent) => void) {
    this.#emit = emit;
  }

  add(event: PlayoutNews, heardAtMs: Ms): void {
    this.#waiting.push({ event, heardAtMs });
  }

  tick(nowMs: Ms): void {
    let due = 0;
    while (due < this.#waiting.length && this.#waiting[due]!.heardAtMs <= nowMs) due += 1;
    for (const { event, heardAtMs } of this.#waiting.splice(0, due)) this.#tell(event, Math.min(nowMs, heardAtMs));
  }

  /** Nobody will hear the rest: tells how far the piece got that is being heard, and forgets what waits. */
  cut(nowMs: Ms): void {
    this.tick(nowMs);
    const next = this.#waiting[0];
    this.#waiting.length = 0;
    if (next?.event.kind !== 'playout-progress') return;
    const { event, heardAtMs } = next;
    const heard = Math.floor(event.playedSamples - (heardAtMs - nowMs) * PER_MS);
    if (heard > (this.#isSamePiece(event) ? this.#told : 0)) this.#tell({ ...event, playedSamples: samples(heard) }, nowMs);
  }

  #tell(event: PlayoutNews, atMs: Ms): void {
    if (event.kind === 'playout-started') {
      // A turn that is taken up again after a pause has begun before.
      if (event.turnId === this.#startedTurn) return;
      this.#startedTurn = event.turnId;
    }
    if (event.kind === 'playout-progress') {
      if (this.#isSamePiece(event) && event.playedSamples <= this.#told) return;
      this.#turnId = event.turnId;
      this.#pieceId = event.pieceId;
      this.#told = event.playedSamples;
    }
    this.#emit({ ...event, atMs });
  }

  #isSamePiece(event: { readonly turnId: TurnId; readonly pieceId: PieceId }): boolean {
    return event.turnId === this.#turnId && event.pieceId === this.#pieceId;
  }
}

const PER_MS = 24;
