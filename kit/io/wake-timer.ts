import type { Clock } from '#domain/clock';
import type { Ms } from '#domain/units';

/**
 * The one timer of a shell: calls `wake` when the earliest deadline of its core is due, and never before. Arming it later than it stands costs
 * nothing, as deadlines move with every packet: it is looked at again when it fires.
 */
export class WakeTimer {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #wake: () => void;
  #dueMs = Infinity;
  #firesAtMs = Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Pick<Clock, 'nowMs'>, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Undefined: nothing is due, and nothing keeps the process alive. */
  arm(dueMs: Ms | undefined): void {
    this.#dueMs = dueMs ?? Infinity;
    if (this.#dueMs === Infinity) return this.cancel();
    if (this.#dueMs < this.#firesAtMs) this.#set();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Infinity;
    this.#firesAtMs = Infinity;
  }

  #set(): void {
    clearTimeout(this.#timer);
    this.#firesAtMs = this.#dueMs;
    const waitMs = Math.max(0, Math.ceil(this.#dueMs - this.#clock.nowMs()));
    this.#timer = setTimeout(() => this.#fired(), Math.min(waitMs, MAX_TIMEOUT_MS));
  }

  #fired(): void {
    this.#firesAtMs = Infinity;
    if (this.#dueMs > this.#clock.nowMs()) return this.#set();
    this.#dueMs = Infinity;
    this.#wake();
  }
}

/** `setTimeout` counts in a signed 32-bit number, and fires at once beyond. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
