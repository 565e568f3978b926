import type { Clock } from '#domain/clock';
import { AppError } from '#domain/errors';
import { ms, type Ms } from '#domain/units';

export interface WatchdogTimes {
  /** Until the first useful piece, connecting included. */
  readonly firstMs: Ms;
  /** Between two pieces. */
  readonly idleMs: Ms;
  /** All waiting for the service together. */
  readonly totalMs: Ms;
}

/**
 * The time limits of one request. It aborts `signal` when one is reached, or when the caller's own signal aborts.
 * Runs only while we wait for the service: `hold` before handing a piece to a consumer that may take its time.
 */
export class Watchdog {
  readonly #abort = new AbortController();
  readonly #times: WatchdogTimes;
  readonly #clock: Clock;
  readonly #code: string;
  readonly #parent: AbortSignal;
  readonly #onParent = (): void => this.#abort.abort(this.#parent.reason);
  #timer: NodeJS.Timeout | undefined;
  #waitingSinceMs: Ms | undefined;
  #waitedMs = 0;
  #expired: AppError | undefined;

  constructor(times: WatchdogTimes, clock: Clock, code: string, parent: AbortSignal) {
    this.#times = times;
    this.#clock = clock;
    this.#code = code;
    this.#parent = parent;
    if (parent.aborted) this.#onParent();
    else parent.addEventListener('abort', this.#onParent, { once: true });
    this.#wait(times.firstMs);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The time-out that was reached, if that is why the signal was aborted. */
  get expired(): AppError | undefined {
    return this.#expired;
  }

  /** A useful piece came: the consumer has it now. */
  hold(): void {
    clearTimeout(this.#timer);
    if (this.#waitingSinceMs !== undefined) this.#waitedMs += this.#clock.nowMs() - this.#waitingSinceMs;
    this.#waitingSinceMs = undefined;
  }

  /** We wait for the next piece. */
  resume(): void {
    this.hold();
    this.#wait(this.#times.idleMs);
  }

  [Symbol.dispose](): void {
    this.hold();
    this.#parent.removeEventListener('abort', this.#onParent);
  }

  #wait(forMs: Ms): void {
    this.#waitingSinceMs = this.#clock.nowMs();
    const limitMs = Math.max(0, Math.min(forMs, this.#times.totalMs - this.#waitedMs));
    this.#timer = setTimeout(() => this.#expire(ms(limitMs)), limitMs);
  }

  #expire(limitMs: Ms): void {
    this.#expired = new AppError(this.#code, `no answer within ${Math.round(limitMs)} ms`, { retryable: false });
    this.#abort.abort(this.#expired);
  }
}
