import { ms, type Ms } from '#domain/units';

export type TokenBucketOptions = ({ readonly perSecond: number } | { readonly perMinute: number }) & {
  /** What may be taken at once after a rest; the bucket begins full. */
  readonly capacity: number;
};

/** So much in a second or a minute, and so much at once (core). What does not fit is the caller's to drop or to hold. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #atMs = ms(0);
  #refused = 0;

  constructor(options: TokenBucketOptions) {
    this.#perMs = 'perSecond' in options ? options.perSecond / 1_000 : options.perMinute / 60_000;
    this.#capacity = options.capacity;
    this.#tokens = options.capacity;
  }

  /** The sum of all that did not fit. */
  get refused(): number {
    return this.#refused;
  }

  /** What would fit now. A clock that was set back adds nothing, and does not stop the bucket from filling afterwards. */
  available(nowMs: Ms): number {
    this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    return this.#tokens;
  }

  /** All of `amount` or nothing. */
  take(nowMs: Ms, amount = 1): boolean {
    if (amount > this.available(nowMs)) {
      this.#refused += amount;
      return false;
    }
    this.#tokens -= amount;
    return true;
  }

  /** How long until `amount` fits; never, where it is more than the bucket holds. */
  waitMs(nowMs: Ms, amount = 1): Ms {
    return amount > this.#capacity ? ms(Infinity) : ms(Math.max(0, amount - this.available(nowMs)) / this.#perMs);
  }
}
