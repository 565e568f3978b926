import type { PieceId, TurnId } from '#domain/turn';

export type OfferVerdict = 'queued' | 'aborted' | 'full';

export interface PlayoutListener {
  /** The first sample of a turn was taken. */
  turnStarted(turnId: TurnId): void;
  /** So many samples of the piece have been taken in all; `ended`: that was its last. */
  pieceTaken(turnId: TurnId, pieceId: PieceId, playedSamples: number, ended: boolean): void;
  /** All of a turn that will not get any more has been taken. */
  turnFinished(turnId: TurnId): void;
}

/**
 * The bot's audio of one leg that has not left yet, 24 kHz (core). Bounded: what does not fit is refused. Pieces of an aborted turn are
 * dropped and never taken again, however late they arrive.
 */
export class PlayoutQueue {
  readonly #capacitySamples: number;
  readonly #listener: PlayoutListener;
  readonly #pieces: Piece[] = [];
  /** What was taken last, in case it was not heard; samples in all. */
  readonly #kept: Piece[] = [];
  readonly #keepSamples: number;
  #keptSamples = 0;
  readonly #ended = new Set<TurnId>();
  #finishedTurn = 0;
  #queuedSamples = 0;
  #abortedTurn = 0;
  #startedTurn = 0;
  /** The piece that was offered last, and how long it is so far. */
  #lastTurn = 0;
  #lastPiece = -1;
  #lastTotal = 0;
  /** The turn of what `take` gave last, the earliest of them. */
  lastTakenTurn: TurnId = 0;

  /** `keepSamples`: how far `rewind` may reach back beyond the piece that is being taken. */
  constructor(capacitySamples: number, listener: PlayoutListener, keepSamples = 0) {
    this.#capacitySamples = capacitySamples;
    this.#listener = listener;
    this.#keepSamples = keepSamples;
  }

  /** Takes the buffer of `pcm` over and frees it once it is played: nobody else may use it. */
  offer(turnId: TurnId, pieceId: PieceId, pcm: Int16Array): OfferVerdict {
    if (turnId <= this.#abortedTurn) return 'aborted';
    if (this.#queuedSamples + pcm.length > this.#capacitySamples) return 'full';
    if (pcm.length === 0) return 'queued';
    // A piece may come in chunks, and those before may have been played out already.
    const before = this.#lastTurn === turnId && this.#lastPiece === pieceId ? this.#lastTotal : 0;
    this.#lastTurn = turnId;
    this.#lastPiece = pieceId;
    this.#lastTotal = before + pcm.length;
    this.#pieces.push({ turnId, pieceId, pcm, before, taken: 0 });
    this.#queuedSamples += pcm.length;
    return 'queued';
  }

  /** No more comes in this turn. */
  end(turnId: TurnId): void {
    if (turnId <= this.#abortedTurn) return;
    this.#ended.add(turnId);
    this.#finishTurns();
  }

  /** Drops this turn and all before it, for ever. Returns whether anything of them had been waiting. */
  abort(turnId: TurnId): boolean {
    this.#abortedTurn = Math.max(this.#abortedTurn, turnId);
    const before = this.#pieces.length;
    let kept = 0;
    for (const piece of this.#pieces) {
      if (piece.turnId <= turnId) {
        this.#queuedSamples -= piece.pcm.length - piece.taken;
        free(piece.pcm);
      } else {
        this.#pieces[kept] = piece;
        kept += 1;
      }
    }
    this.#pieces.length = kept;
    this.#forgetKept(turnId);
    for (const ended of this.#ended) if (ended <= turnId) this.#ended.delete(ended);
    return kept !== before;
  }

  /** Fills `into` as far as there is audio; returns how many samples. */
  take(into: Int16Array, count: number): number {
    let filled = 0;
    this.lastTakenTurn = this.#pieces[0]?.turnId ?? this.lastTakenTurn;
    while (filled < count && this.#pieces.length > 0) {
      const piece = this.#pieces[0]!;
      if (piece.turnId !== this.#startedTurn) {
        this.#startedTurn = piece.turnId;
        this.#listener.turnStarted(piece.turnId);
      }
      const part = Math.min(count - filled, piece.pcm.length - piece.taken);
      for (let i = 0; i < part; i += 1) into[filled + i] = piece.pcm[piece.taken + i]!;
      filled += part;
      piece.taken += part;
      this.#queuedSamples -= part;
      if (piece.taken === piece.pcm.length) this.#retire(piece);
      else this.#listener.pieceTaken(piece.turnId, piece.pieceId, piece.before + piece.taken, false);
    }
    if (filled > 0) this.#finishTurns();
    return filled;
  }

  /** Takes back up to `count` samples: of the piece that is being taken, and of those before it that were kept. */
  rewind(count: number): void {
    const part = Math.min(count, this.#pieces[0]?.taken ?? 0);
    if (part > 0) this.#takeBack(this.#pieces[0]!, part);
    for (let left = count - part; left > 0 && this.#kept.length > 0;) {
      const piece = this.#kept.pop()!;
      this.#keptSamples -= piece.pcm.length;
      this.#pieces.unshift(piece);
      if (piece.turnId <= this.#finishedTurn) this.#ended.add(piece.turnId);
      const again = Math.min(left, piece.taken);
      this.#takeBack(piece, again);
      left -= again;
    }
  }

  isAborted(turnId: TurnId): boolean {
    return turnId <= this.#abortedTurn;
  }

  get queuedSamples(): number {
    return this.#queuedSamples;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** The turn whose audio is next; undefined when nothing waits. */
  get nextTurn(): TurnId | undefined {
    return this.#pieces[0]?.turnId;
  }

  #retire(piece: Piece): void {
    this.#pieces.shift();
    const next = this.#pieces[0];
    const goesOn = next !== undefined && next.turnId === piece.turnId && next.pieceId === piece.pieceId;
    this.#listener.pieceTaken(piece.turnId, piece.pieceId, piece.before + piece.taken, !goesOn);
    this.#keep(piece);
    if (next !== undefined && next.turnId !== piece.turnId) this.#finishTurns();
  }

  #takeBack(piece: Piece, count: number): void {
    piece.taken -= count;
    this.#queuedSamples += count;
  }

  #keep(piece: Piece): void {
    if (this.#keepSamples === 0) return free(piece.pcm);
    this.#kept.push(piece);
    this.#keptSamples += piece.pcm.length;
    while (this.#keptSamples - this.#kept[0]!.pcm.length >= this.#keepSamples) this.#dropKept();
  }

  #forgetKept(turnId: TurnId): void {
    while (this.#kept.length > 0 && this.#kept[0]!.turnId <= turnId) this.#dropKept();
  }

  #dropKept(): void {
    const oldest = this.#kept.shift()!;
    this.#keptSamples -= oldest.pcm.length;
    free(oldest.pcm);
  }

  #finishTurns(): void {
    if (this.#ended.size === 0) return;
    for (const turnId of this.#ended) {
      if (this.#pieces.some((piece) => piece.turnId <= turnId)) continue;
      this.#ended.delete(turnId);
      this.#finishedTurn = turnId;
      this.#listener.turnFinished(turnId);
    }
  }
}

/** Gives the memory back now: megabytes a second left to the collector would make it stop the thread for milliseconds. */
function free(pcm: Int16Array): void {
  if (pcm.buffer instanceof ArrayBuffer) pcm.buffer.transfer(0);
}

interface Piece {
  readonly turnId: TurnId;
  readonly pieceId: PieceId;
  readonly pcm: Int16Array;
  /** Samples of the same piece that came in chunks before this one. */
  readonly before: number;
  taken: number;
}
