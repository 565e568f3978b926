/** A lossy network that loses the same packets each time it is asked with the same seed (core). */
export class RandomLoss {
  readonly #ratio: number;
  #state: number;

  /** `ratio`: 0 to 1. */
  constructor(ratio: number, seed: number) {
    this.#ratio = ratio;
    this.#state = seed >>> 0;
  }

  /** Whether the next packet is lost. */
  drops(): boolean {
    return this.#ratio > 0 && this.#next() < this.#ratio;
  }

  /** mulberry32, public domain. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}
