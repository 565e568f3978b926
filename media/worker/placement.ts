import { Backoff } from '#kit/backoff';

/** Chooses the worker for a new leg (core): the one with the fewest legs, the earliest of equals. -1: none is ready. */
export function placeLeg(legsPerWorker: readonly (number | undefined)[]): number {
  let best = -1;
  legsPerWorker.forEach((legs, index) => {
    if (legs !== undefined && (best < 0 || legs < legsPerWorker[best]!)) best = index;
  });
  return best;
}

/** When a worker that died is started again (core): at once, but later and later if it keeps dying. */
export class RestartPolicy {
  readonly #backoff = new Backoff({ firstMs: 250, maxMs: MAX_WAIT_MS });
  #deaths = 0;
  #lastDeathMs = Number.NEGATIVE_INFINITY;

  /** Milliseconds to wait. */
  died(nowMs: number): number {
    if (nowMs - this.#lastDeathMs > FORGIVEN_AFTER_MS) {
      this.#deaths = 0;
      this.#backoff.reset();
    }
    this.#deaths += 1;
    this.#lastDeathMs = nowMs;
    return this.#deaths <= 2 ? 0 : this.#backoff.next();
  }
}

const FORGIVEN_AFTER_MS = 60_000;
const MAX_WAIT_MS = 10_000;
