import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import { Backoff } from '#kit/backoff';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open first; doubles each time a probe fails. */
  readonly openMs: Ms;
  readonly maxOpenMs: Ms;
  /** A probe that has not reported by then no longer keeps others out. */
  readonly probeMs: Ms;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Core: stops asking a service that fails, so that callers get an apology at once and not after a time-out. Open for a
 * while, then one request probes. Every `admit` that said yes is followed by one of `succeeded`, `failed`, `abandoned`.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #deadlines = new TimerTable<'open' | 'probe'>();
  #state: BreakerState = 'closed';
  #failures = 0;
  readonly #openFor: Backoff;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#openFor = new Backoff({ firstMs: options.openMs, maxMs: options.maxOpenMs });
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a request may be made now. */
  admit(nowMs: Ms): boolean {
    const due = this.#deadlines.takeDue(nowMs);
    if (due.includes('open')) this.#state = 'half-open';
    if (this.#state === 'closed') return true;
    if (this.#state === 'open' || this.#deadlines.isArmed('probe')) return false;
    this.#deadlines.arm('probe', ms(nowMs + this.#options.probeMs));
    return true;
  }

  succeeded(): void {
    this.#deadlines.cancelAll();
    this.#state = 'closed';
    this.#failures = 0;
    this.#openFor.reset();
  }

  failed(nowMs: Ms): void {
    this.#failures++;
    if (this.#state === 'half-open' || (this.#state === 'closed' && this.#failures >= this.#options.failures)) this.#open(nowMs);
  }

  /** The request was aborted by ourselves: says nothing about the service. */
  abandoned(): void {
    this.#deadlines.cancel('probe');
  }

  #open(nowMs: Ms): void {
    this.#state = 'open';
    this.#deadlines.cancelAll();
    this.#deadlines.arm('open', ms(nowMs + this.#openFor.next()));
  }
}
