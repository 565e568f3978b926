import { ms, type Ms } from '#domain/units';

export type LivenessVerdict = 'alive' | 'failed' | 'gone';

/** Tells when a peer never came through, and when one that had is gone (core). */
export class Liveness {
  readonly #connectByMs: Ms;
  readonly #goneMs: Ms;
  #connected = false;
  #seenMs: Ms;

  constructor(nowMs: Ms, connectMs: Ms, goneMs: Ms) {
    this.#connectByMs = ms(nowMs + connectMs);
    this.#goneMs = goneMs;
    this.#seenMs = nowMs;
  }

  connected(nowMs: Ms): void {
    this.#connected = true;
    this.#seenMs = nowMs;
  }

  /** An authentic check or packet came. */
  seen(nowMs: Ms): void {
    this.#seenMs = nowMs;
  }

  verdict(nowMs: Ms): LivenessVerdict {
    if (nowMs < this.wakeAtMs) return 'alive';
    return this.#connected ? 'gone' : 'failed';
  }

  /** When to ask next; moves on as the peer is seen. */
  get wakeAtMs(): Ms {
    return this.#connected ? ms(this.#seenMs + this.#goneMs) : this.#connectByMs;
  }
}
