import type { Ms } from '#domain/units';

/** Core: so many a minute, and so many at once. */
export class Pace {
  readonly #perMs: number;
  readonly #most: number;
  #left: number;
  #atMs: Ms;

  constructor(nowMs: Ms, perMinute: number, atOnce: number) {
    this.#perMs = perMinute / 60_000;
    this.#most = atOnce;
    this.#left = atOnce;
    this.#atMs = nowMs;
  }

  takes(nowMs: Ms): boolean {
    this.#left = Math.min(this.#most, this.#left + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
