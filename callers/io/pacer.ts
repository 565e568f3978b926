/** Calls for a frame every 20 ms, at once when started; due times are counted from the start, and what is late is made up for. */
export class Pacer {
  readonly #sendFrame: (dueMs: number, index: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #startMs = 0;
  #index = 0;

  constructor(sendFrame: (dueMs: number, index: number) => void) {
    this.#sendFrame = sendFrame;
  }

  /** Idempotent. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#startMs = performance.now();
    this.#index = 0;
    this.#tick();
  }

  /** Idempotent; from within a frame too. */
  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    while (this.#isRunning && this.#dueMs <= nowMs) {
      const dueMs = this.#dueMs;
      this.#index += 1;
      this.#sendFrame(dueMs, this.#index - 1);
    }
    if (this.#isRunning) this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#dueMs - performance.now()));
  }

  get #dueMs(): number {
    return this.#startMs + this.#index * PTIME_MS;
  }
}

const PTIME_MS = 20;
