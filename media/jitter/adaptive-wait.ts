import type { Ms } from '#domain/units';

/**
 * How long waiting pays (core): the least time that would have been enough for `SHARE` of those that came late. What was observed loses half
 * its weight every five seconds, so the wait shrinks again when the network gets better, to nothing in the end.
 */
export class AdaptiveWait {
  readonly #bins = new Float64Array(BINS);
  #total = 0;
  #atMs: Ms;
  waitMs: Ms = 0;

  /** `firstMs`: a guess, believed as much as one observation. */
  constructor(nowMs: Ms, firstMs: Ms = 0) {
    this.#atMs = nowMs;
    if (firstMs > 0) this.#add(firstMs);
  }

  observe(nowMs: Ms, latenessMs: Ms): void {
    this.#fade(nowMs);
    this.#add(latenessMs);
  }

  /** To be called now and then, so that time counts too. */
  tick(nowMs: Ms): void {
    if (nowMs - this.#atMs >= FADE_EVERY_MS) this.#fade(nowMs);
  }

  #add(latenessMs: Ms): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(latenessMs / BIN_MS) - 1));
    if (this.#total > MAX_WEIGHT - 1) this.#scale((MAX_WEIGHT - 1) / this.#total);
    this.#bins[bin]! += 1;
    this.#total += 1;
    this.#settle();
  }

  #fade(nowMs: Ms): void {
    const factor = 0.5 ** ((nowMs - this.#atMs) / HALF_LIFE_MS);
    this.#atMs = nowMs;
    if (this.#total === 0) return;
    this.#scale(factor);
    this.#settle();
  }

  #scale(factor: number): void {
    this.#total = 0;
    for (let i = 0; i < BINS; i += 1) {
      this.#bins[i]! *= factor;
      this.#total += this.#bins[i]!;
    }
  }

  #settle(): void {
    this.waitMs = 0;
    if (this.#total < FORGOTTEN) return;
    let left = this.#total * (1 - SHARE);
    for (let bin = BINS - 1; bin >= 0; bin -= 1) {
      left -= this.#bins[bin]!;
      if (left < 0) {
        this.waitMs = (bin + 1) * BIN_MS;
        return;
      }
    }
  }
}

const BIN_MS = 4;
/** Up to 200 ms. */
const BINS = 50;
const SHARE = 0.975;
const HALF_LIFE_MS = 5_000;
const FADE_EVERY_MS = 500;
/** One packet that was late once is forgotten after 9 s. */
const FORGOTTEN = 0.3;
/** The last so many count, so that a bad hour is forgotten within a minute. */
const MAX_WEIGHT = 40;
