import { setTimeout as sleep } from 'node:timers/promises';
import type { Quiet } from './phrases.ts';

/** The times in which nobody calls, looked at a few times a second. */
export class QuietTime implements Quiet {
  readonly #isBusy: () => boolean;
  readonly #pollMs: number;

  constructor(isBusy: () => boolean, pollMs: number = POLL_MS) {
    this.#isBusy = isBusy;
    this.#pollMs = pollMs;
  }

  async begins(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#isBusy()) await sleep(this.#pollMs, undefined, { signal, ref: false });
  }

  async during<T>(work: (ended: AbortSignal) => Promise<T>): Promise<T> {
    const ended = new AbortController();
    const watch = setInterval(() => {
      if (this.#isBusy()) ended.abort();
    }, this.#pollMs);
    watch.unref();
    try {
      return await work(ended.signal);
    } finally {
      clearInterval(watch);
    }
  }
}

/** A greeting lasts seconds: whoever has just been answered does not notice so much. */
const POLL_MS = 100;
