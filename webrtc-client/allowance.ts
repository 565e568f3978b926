import type { Ms } from '#domain/units';

/** So much in a second, and so much at once (core): a bucket that fills with time. What does not fit is the caller's to drop and is counted. */
export class Allowance {
  readonly #perMs: number;
  readonly #most: number;
  #left: number;
  #atMs: Ms;
  /** What did not fit. */
  refused = 0;

  constructor(nowMs: Ms, perSecond: number, atOnce: number) {
    this.#perMs = perSecond / 1000;
    this.#most = atOnce;
    this.#left = atOnce;
    this.#atMs = nowMs;
  }

  /** What would fit now. */
  available(nowMs: Ms): number {
    this.#left = Math.min(this.#most, this.#left + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = Math.max(this.#atMs, nowMs);
    return this.#left;
  }

  takes(nowMs: Ms, amount: number): boolean {
    this.available(nowMs);
    if (amount > this.#left) {
      this.refused += amount;
      return false;
    }
    this.#left -= amount;
    return true;
  }
}
