import { powerDbov, SILENCE_DBOV } from '../dsp/level.ts';

/**
 * Tells sound from the line's own noise (core), so that the model runs only where something is to be heard. The noise floor is
 * the least level of the last two seconds: speech has gaps, noise has none.
 */
export class EnergyGate {
  readonly #marginDb: number;
  readonly #lowestDbov: number;
  readonly #minima = new Float64Array(WINDOWS).fill(0);
  #current = 0;
  #chunks = 0;
  #seenChunks = 0;
  #floorDbov = FIRST_FLOOR_DBOV;
  /** Mean square above which a block is sound. */
  gatePower: number;

  constructor(marginDb: number, lowestDbov: number) {
    this.#marginDb = marginDb;
    this.#lowestDbov = lowestDbov;
    this.gatePower = power(Math.max(lowestDbov, FIRST_FLOOR_DBOV + marginDb));
  }

  /** The mean square of one 32 ms chunk of what the caller sent; not of silence that was put in. */
  chunk(meanSquare: number): number {
    const level = meanSquare <= 0 ? SILENCE_DBOV : powerDbov(meanSquare);
    if (level < this.#minima[this.#current]!) this.#minima[this.#current] = level;
    this.#chunks += 1;
    this.#seenChunks += 1;
    if (this.#chunks === CHUNKS_PER_WINDOW) {
      this.#chunks = 0;
      this.#current = (this.#current + 1) % WINDOWS;
      this.#minima[this.#current] = 0;
      // A caller who speaks from the first packet on must not be taken for noise.
      if (this.#seenChunks >= WINDOWS * CHUNKS_PER_WINDOW) this.#settle();
    }
    return level;
  }

  get floorDbov(): number {
    return this.#floorDbov;
  }

  #settle(): void {
    let floor = 0;
    for (let i = 0; i < WINDOWS; i += 1) if (this.#minima[i]! < floor) floor = this.#minima[i]!;
    this.#floorDbov = floor;
    this.gatePower = power(Math.max(this.#lowestDbov, floor + this.#marginDb));
  }
}

function power(dbov: number): number {
  return 2 ** 30 * 10 ** (dbov / 10);
}

/** 8 windows of 8 chunks of 32 ms: 2 s. */
const WINDOWS = 8;
const CHUNKS_PER_WINDOW = 8;
/** Guess until two seconds have been heard. */
const FIRST_FLOOR_DBOV = -63;
