import { ms, type Ms } from '#domain/units';

export interface BackoffOptions {
  readonly firstMs: number;
  /** Upper limit. */
  readonly maxMs?: number;
}

/** How long to wait before the same is tried again (core): `firstMs`, then twice as long each time. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #count = 0;

  constructor({ firstMs, maxMs = Infinity }: BackoffOptions) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
  }

  /** Waits since the last success. */
  get count(): number {
    return this.#count;
  }

  /** The wait that begins now. */
  next(): Ms {
    const waitMs = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(this.#count, MAX_DOUBLINGS));
    this.#count += 1;
    return ms(waitMs);
  }

  /** It succeeded, or failed so long ago that it does not count: the next wait is the first again. */
  reset(): void {
    this.#count = 0;
  }
}

/** From a millisecond it is twelve days: far below what a number or a timer cannot hold. */
const MAX_DOUBLINGS = 30;
