import type { Ms } from '#domain/units';

/**
 * How much audio packets may bring now (core). A few bytes can stand for half a second of audio, each of which costs detection: who sends faster than
 * time must not slow other calls.
 */
export class AudioCredit {
  /** Below 0 after a packet that brought more. */
  #leftMs: Ms = MAX_AHEAD_MS;
  #atMs: Ms = -1;

  has(nowMs: Ms): boolean {
    const elapsedMs = this.#atMs < 0 ? 0 : Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    this.#leftMs = Math.min(MAX_AHEAD_MS, this.#leftMs + elapsedMs * CREDIT_SPEED);
    return this.#leftMs > 0;
  }

  spend(forMs: Ms): void {
    this.#leftMs -= forMs;
  }
}

/** What a network that stalled may bring all at once. */
const MAX_AHEAD_MS = 5_000;
/** Clocks of senders are off by less. */
const CREDIT_SPEED = 1.1;
