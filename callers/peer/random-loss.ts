import { seeded } from '#kit/seeded-random';

/** A lossy network that loses the same packets each time it is asked with the same seed (core). */
export class RandomLoss {
  readonly #ratio: number;
  readonly #random: () => number;

  /** `ratio`: 0 to 1. */
  constructor(ratio: number, seed: number) {
    this.#ratio = ratio;
    this.#random = seeded(seed);
  }

  /** Whether the next packet is lost. */
  drops(): boolean {
    return this.#ratio > 0 && this.#random() < this.#ratio;
  }
}
