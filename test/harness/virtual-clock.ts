import type { Clock } from '#domain/clock';
import { ms, type Ms } from '#domain/units';

interface Entry {
  readonly atMs: Ms;
  readonly order: number;
  readonly callback: () => void;
  readonly isQuiet: boolean;
}

/** Time by hand: nothing passes but by `runUntil`. Promises settle between two timers, as they do in a real event loop. */
export class VirtualClock implements Clock {
  #nowMs: Ms = 0;
  #order = 0;
  readonly #entries: Entry[] = [];

  nowMs(): Ms {
    return this.#nowMs;
  }

  wallMs(): number {
    return 1_767_225_600_000 + this.#nowMs;
  }

  readonly schedule = (delayMs: Ms, callback: () => void): (() => void) => {
    const entry = this.#add(delayMs, callback, false);
    return () => this.#remove(entry);
  };

  /** For what waits for no promise and settles none, such as the ticks of media: time goes on without waiting for any. */
  scheduleQuietly(delayMs: Ms, callback: () => void): void {
    this.#add(delayMs, callback, true);
  }

  /** Settles after `delayMs` of virtual time; rejects with an AbortError when `signal` is aborted before. */
  wait(delayMs: Ms, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new DOMException('aborted', 'AbortError'));
      const onAbort = (): void => {
        cancel();
        reject(new DOMException('aborted', 'AbortError'));
      };
      const cancel = this.schedule(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets time pass to `untilMs`, timer by timer. */
  async runUntil(untilMs: Ms): Promise<void> {
    await settle();
    for (;;) {
      const next = this.#earliest();
      if (next === undefined || next.atMs > untilMs) break;
      this.#remove(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      if (!next.isQuiet) await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #add(delayMs: Ms, callback: () => void, isQuiet: boolean): Entry {
    const entry: Entry = { atMs: ms(this.#nowMs + Math.max(0, delayMs)), order: (this.#order += 1), callback, isQuiet };
    this.#entries.push(entry);
    return entry;
  }

  #remove(entry: Entry): void {
    const at = this.#entries.indexOf(entry);
    if (at >= 0) this.#entries.splice(at, 1);
  }

  #earliest(): Entry | undefined {
    let earliest: Entry | undefined;
    for (const entry of this.#entries) {
      if (earliest === undefined || entry.atMs < earliest.atMs || (entry.atMs === earliest.atMs && entry.order < earliest.order))
        earliest = entry;
    }
    return earliest;
  }
}

/** All promises that can settle without time passing have settled after this. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
