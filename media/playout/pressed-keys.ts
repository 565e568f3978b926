import type { PieceId, TurnId } from '#domain/turn';
import type { HeldKey } from '../rtp/dtmf-sender.ts';

/** A piece of the bot's audio that is the tones of keys: each sounds for so many samples, then there is silence. 24 kHz. */
export interface KeysPiece {
  readonly turnId: TurnId;
  readonly pieceId: PieceId;
  readonly keys: string;
  readonly toneSamples: number;
  readonly pauseSamples: number;
}

/** Core: which key of such a piece is down while its audio leaves. */
export class PressedKeys {
  #piece: KeysPiece | undefined;
  #presses = 0;
  /** Down during the frame that was taken last. */
  held: HeldKey | undefined;

  begin(piece: KeysPiece): void {
    this.#presses += this.#piece?.keys.length ?? 0;
    this.#piece = piece;
  }

  /** So many samples of a piece have left. */
  taken(turnId: TurnId, pieceId: PieceId, playedSamples: number): void {
    const piece = this.#piece;
    this.held = undefined;
    if (piece === undefined || piece.turnId !== turnId || piece.pieceId !== pieceId || playedSamples === 0) return;
    const each = piece.toneSamples + piece.pauseSamples;
    const at = Math.floor((playedSamples - 1) / each);
    const digit = piece.keys[at];
    if (digit !== undefined && (playedSamples - 1) % each < piece.toneSamples) this.held = { press: this.#presses + at, digit };
  }
}
