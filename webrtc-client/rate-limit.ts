import { ms, type Ms } from '#domain/units';

export interface RateLimitOptions {
  /** What may be had in a minute, all at once if need be. */
  readonly perMinute: number;
  /** Keys that are remembered; beyond them the one that came least recently is forgotten. */
  readonly mostKeys: number;
}

export type RateVerdict = { readonly kind: 'ok' } | { readonly kind: 'wait'; readonly retryAfterMs: Ms };

/** Token buckets by key: each refills evenly to `perMinute`. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #buckets = new Map<string, { tokens: number; atMs: Ms }>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  get keys(): number {
    return this.#buckets.size;
  }

  take(nowMs: Ms, key: string): RateVerdict {
    const { perMinute, mostKeys } = this.#options;
    const perMs = perMinute / MINUTE_MS;
    const known = this.#buckets.get(key);
    const tokens = known === undefined ? perMinute : Math.min(perMinute, known.tokens + Math.max(0, nowMs - known.atMs) * perMs);
    const left = tokens >= 1 ? tokens - 1 : tokens;
    // Deleted first, so that the map stays in the order of last use.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: left, atMs: nowMs });
    const oldest = this.#buckets.size > mostKeys ? this.#buckets.keys().next().value : undefined;
    if (oldest !== undefined) this.#buckets.delete(oldest);
    return tokens >= 1 ? { kind: 'ok' } : { kind: 'wait', retryAfterMs: ms((1 - tokens) / perMs) };
  }
}

const MINUTE_MS = 60_000;
