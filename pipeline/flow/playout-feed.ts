import type { LegMediaCommand } from '#domain/leg-media';
import type { PieceId, TurnId } from '#domain/turn';

/**
 * Core: the audio of one bot turn on its way to playout. Holds everything back until it is released, then hands over
 * only so much more than was played; what is handed over is cut into short pieces, because it is copied to another thread.
 */
export class PlayoutFeed {
  readonly #turnId: TurnId;
  readonly #aheadSamples: number;
  readonly #chunks: { readonly pieceId: PieceId; readonly pcm: Int16Array }[] = [];
  #offset = 0;
  #sentSamples = 0;
  #released = false;

  constructor(turnId: TurnId, aheadSamples: number) {
    this.#turnId = turnId;
    this.#aheadSamples = aheadSamples;
  }

  push(pieceId: PieceId, pcm: Int16Array): void {
    if (pcm.length > 0) this.#chunks.push({ pieceId, pcm });
  }

  release(): void {
    this.#released = true;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#offset = 0;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  get sentSamples(): number {
    return this.#sentSamples;
  }

  /** What may leave now, `playedSamples` being what has left playout so far. */
  take(playedSamples: number): readonly LegMediaCommand[] {
    const commands: LegMediaCommand[] = [];
    while (this.#released && this.#sentSamples - playedSamples < this.#aheadSamples) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) break;
      const pcm = chunk.pcm.slice(this.#offset, this.#offset + SLICE_SAMPLES);
      commands.push({ kind: 'play', turnId: this.#turnId, pieceId: chunk.pieceId, pcm });
      this.#offset += pcm.length;
      this.#sentSamples += pcm.length;
      if (this.#offset >= chunk.pcm.length) {
        this.#chunks.shift();
        this.#offset = 0;
      }
    }
    return commands;
  }
}

/** 400 ms at 24 kHz: few messages, and the look-ahead is never exceeded by more. */
const SLICE_SAMPLES = 9_600;
