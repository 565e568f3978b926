import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import type { Ms, Ratio } from '#domain/units';

/** How busy this thread is: the share of the time that its event loop did not wait, a second at a time. */
export class LoadWatch {
  #last: EventLoopUtilization = performance.eventLoopUtilization();
  #nextAtMs: Ms;

  constructor(nowMs: Ms) {
    this.#nextAtMs = nowMs + EVERY_MS;
  }

  /** Undefined while the second is not over. */
  measure(nowMs: Ms): Ratio | undefined {
    if (nowMs < this.#nextAtMs) return undefined;
    this.#nextAtMs = nowMs + EVERY_MS;
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#last);
    this.#last = now;
    return utilization;
  }
}

const EVERY_MS = 1_000;
