import type { Ms } from '#domain/units';

/**
 * When the packets of one leg are due (core). Every due time is counted from the first, never from the last tick, so that nothing
 * drifts. After a stall what is due is sent at once, up to a limit; older slots are skipped: their timestamps pass, no packet.
 */
export class PlayoutSchedule {
  readonly #startMs: Ms;
  readonly #ptimeMs: Ms;
  #slot = 0;

  constructor(startMs: Ms, ptimeMs: Ms) {
    this.#startMs = startMs;
    this.#ptimeMs = ptimeMs;
  }

  get dueMs(): Ms {
    return this.#startMs + this.#slot * this.#ptimeMs;
  }

  /** Slots that are given up on at `nowMs`; the schedule moves past them. */
  skipStale(nowMs: Ms): number {
    const behind = Math.floor((nowMs - this.dueMs) / this.#ptimeMs);
    if (behind <= MAX_BEHIND) return 0;
    const skipped = behind - MAX_BEHIND;
    this.#slot += skipped;
    return skipped;
  }

  advance(): void {
    this.#slot += 1;
  }
}

/** Packets sent at once after a stall: what jitter buffers of phones take. */
const MAX_BEHIND = 4;
