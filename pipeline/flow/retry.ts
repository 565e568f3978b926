import type { Ms } from '#domain/units';
import { Backoff } from '#kit/backoff';

export interface RetryOptions {
  /** How often a request is made at most; 1 is never again. */
  readonly attempts: number;
  /** Before the second attempt; doubles with each further one. */
  readonly backoffMs: Ms;
  /** No attempt begins later than this after the first. */
  readonly withinMs: Ms;
}

export type RetryDecision = { readonly kind: 'again'; readonly afterMs: Ms } | { readonly kind: 'give-up' };

/**
 * Core: whether a failed request is made again. A stream only before its first byte: after that, what was said would be
 * said twice.
 */
export class Retry {
  readonly #options: RetryOptions;
  readonly #startedAtMs: Ms;
  readonly #backoff: Backoff;
  #failures = 0;

  constructor(options: RetryOptions, startedAtMs: Ms) {
    this.#options = options;
    this.#startedAtMs = startedAtMs;
    this.#backoff = new Backoff({ firstMs: options.backoffMs });
  }

  failed(nowMs: Ms, failure: { readonly retryable: boolean; readonly firstByteSeen: boolean }): RetryDecision {
    this.#failures++;
    if (!failure.retryable || failure.firstByteSeen || this.#failures >= this.#options.attempts) return { kind: 'give-up' };
    const afterMs = this.#backoff.next();
    if (nowMs + afterMs - this.#startedAtMs > this.#options.withinMs) return { kind: 'give-up' };
    return { kind: 'again', afterMs };
  }
}
