import type { Ms } from '#domain/units';
import { TokenBucket } from '#kit/token-bucket';

export interface RateLimitOptions {
  /** What may be had in a minute, all at once if need be. */
  readonly perMinute: number;
  /** Keys that are remembered; beyond them the one that came least recently is forgotten. */
  readonly mostKeys: number;
}

export type RateVerdict = { readonly kind: 'ok' } | { readonly kind: 'wait'; readonly retryAfterMs: Ms };

/** Token buckets by key. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  get keys(): number {
    return this.#buckets.size;
  }

  take(nowMs: Ms, key: string): RateVerdict {
    const { perMinute, mostKeys } = this.#options;
    const bucket = this.#buckets.get(key) ?? new TokenBucket({ perMinute, capacity: perMinute });
    // Deleted first, so that the map stays in the order of last use.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const oldest = this.#buckets.size > mostKeys ? this.#buckets.keys().next().value : undefined;
    if (oldest !== undefined) this.#buckets.delete(oldest);
    return bucket.take(nowMs) ? { kind: 'ok' } : { kind: 'wait', retryAfterMs: bucket.waitMs(nowMs) };
  }
}
