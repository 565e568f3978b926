import type { PieceId } from '#domain/turn';

/**
 * What the caller truly heard of one bot turn: each piece's text beside its samples made and played. Within a piece
 * that was cut the share of samples played is taken as the share of text, cut at a word's end: the text of speech
 * runs about evenly, and a word that was not finished was not heard.
 */
export class HeardLedger {
  readonly #pieces = new Map<PieceId, Piece>();
  readonly #samplesPerChar: number;

  /** `charsPerSecond`: how fast speech runs, as a guess while a piece is still being made. */
  constructor(charsPerSecond: number) {
    this.#samplesPerChar = SAMPLE_RATE_HZ / charsPerSecond;
  }

  add(pieceId: PieceId, text: string): void {
    this.#pieces.set(pieceId, { text, madeSamples: 0, playedSamples: 0, complete: false, reported: false });
  }

  /** It will not be spoken. */
  drop(pieceId: PieceId): void {
    this.#pieces.delete(pieceId);
  }

  made(pieceId: PieceId, samples: number): void {
    const piece = this.#pieces.get(pieceId);
    if (piece !== undefined) piece.madeSamples += samples;
  }

  /** All audio of the piece has been made. */
  complete(pieceId: PieceId): void {
    const piece = this.#pieces.get(pieceId);
    if (piece !== undefined) piece.complete = true;
  }

  played(pieceId: PieceId, playedSamples: number): void {
    const piece = this.#pieces.get(pieceId);
    if (piece === undefined || playedSamples <= piece.playedSamples) return;
    piece.playedSamples = Math.min(playedSamples, piece.madeSamples);
  }

  /** Whether a piece is through. */
  isPlayed(pieceId: PieceId): boolean {
    const piece = this.#pieces.get(pieceId);
    return piece === undefined || (piece.complete && piece.playedSamples >= piece.madeSamples);
  }

  /** So many samples of all pieces have been played, in their order. */
  playedTogether(samples: number): void {
    let left = samples;
    for (const piece of this.#pieces.values()) {
      piece.playedSamples = Math.max(piece.playedSamples, Math.min(left, piece.madeSamples));
      left = Math.max(0, left - piece.madeSamples);
    }
  }

  /** The turn was played to its end, whatever the last progress said. */
  allPlayed(): void {
    for (const piece of this.#pieces.values()) piece.playedSamples = piece.madeSamples;
  }

  get madeSamples(): number {
    return sum(this.#pieces.values(), (piece) => piece.madeSamples);
  }

  get playedSamples(): number {
    return sum(this.#pieces.values(), (piece) => piece.playedSamples);
  }

  /** The text of all pieces that were begun. */
  get text(): string {
    return join([...this.#pieces.values()].map((piece) => piece.text));
  }

  get heardText(): string {
    return join([...this.#pieces.values()].map((piece) => this.#heardOf(piece)));
  }

  /** What was heard and not reported before: whole pieces, at the end of the turn the begun one too. */
  takeHeard(atEnd: boolean): string {
    const fresh = [...this.#pieces.values()].filter((piece) => !piece.reported && (atEnd || isThrough(piece)));
    for (const piece of fresh) piece.reported = true;
    return join(fresh.map((piece) => this.#heardOf(piece)));
  }

  #heardOf(piece: Piece): string {
    if (isThrough(piece)) return piece.text;
    const total = piece.complete ? piece.madeSamples : Math.max(piece.madeSamples, piece.text.length * this.#samplesPerChar);
    if (total === 0 || piece.playedSamples === 0) return '';
    const chars = Math.floor((piece.text.length * piece.playedSamples) / total);
    if (chars >= piece.text.length) return piece.text;
    const cut = piece.text.slice(0, chars + 1);
    const boundary = cut.search(/\s\S*$/);
    return boundary < 0 ? '' : cut.slice(0, boundary).trim();
  }
}

interface Piece {
  readonly text: string;
  madeSamples: number;
  playedSamples: number;
  complete: boolean;
  reported: boolean;
}

function isThrough(piece: Piece): boolean {
  return piece.complete && piece.madeSamples > 0 && piece.playedSamples >= piece.madeSamples;
}

function join(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}

function sum(pieces: Iterable<Piece>, of: (piece: Piece) => number): number {
  let total = 0;
  for (const piece of pieces) total += of(piece);
  return total;
}

/** Of speech as the voice makes it. */
const SAMPLE_RATE_HZ = 24_000;
