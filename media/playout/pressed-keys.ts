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
  /** In the order in which they are said. */
  readonly #pieces: (KeysPiece & { readonly firstPress: number })[] = [];
  #presses = 0;
  /** Down at the end of the frame that was taken last. */
  held: HeldKey | undefined;
  /** The frame that was taken last ended in such a piece. */
  isAmong = false;

  add(piece: KeysPiece): void {
    this.#pieces.push({ ...piece, firstPress: this.#presses });
    this.#presses += piece.keys.length;
    if (this.#pieces.length > MAX_PIECES) this.#pieces.shift();
  }

  /** Nothing is taken yet in this frame. */
  clear(): void {
    this.held = undefined;
    this.isAmong = false;
  }

  /** So many samples of a piece have left. */
  taken(turnId: TurnId, pieceId: PieceId, playedSamples: number): void {
    this.clear();
    const piece = this.#current(turnId, pieceId);
    if (piece === undefined || playedSamples === 0) return;
    const each = piece.toneSamples + piece.pauseSamples;
    const at = Math.floor((playedSamples - 1) / each);
    const digit = piece.keys[at];
    this.isAmong = digit !== undefined;
    if (digit !== undefined && (playedSamples - 1) % each < piece.toneSamples) this.held = { press: piece.firstPress + at, digit };
  }

  /** Pieces before the one that is being taken will not come again. */
  #current(turnId: TurnId, pieceId: PieceId): (KeysPiece & { readonly firstPress: number }) | undefined {
    while (this.#pieces.length > 0) {
      const first = this.#pieces[0]!;
      if (first.turnId > turnId || (first.turnId === turnId && first.pieceId > pieceId)) return undefined;
      if (first.turnId === turnId && first.pieceId === pieceId) return first;
      this.#pieces.shift();
    }
    return undefined;
  }
}

/** More than are ever made ahead. */
const MAX_PIECES = 16;
