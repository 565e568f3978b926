import type { LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';

/** Tells every few seconds how a leg of any kind fares, and once when nothing has come from the caller for too long (core). */
export class LegWatch {
  readonly #timeoutMs: Ms;
  readonly #statsIntervalMs: Ms;
  readonly #emit: (event: LegMediaEvent) => void;
  #lastHeardAtMs: Ms;
  #timedOut = false;
  #statsAtMs: Ms;
  #sendJitterMaxMs = 0;

  constructor(nowMs: Ms, options: { readonly timeoutMs: Ms; readonly statsIntervalMs: Ms }, emit: (event: LegMediaEvent) => void) {
    this.#timeoutMs = options.timeoutMs;
    this.#statsIntervalMs = options.statsIntervalMs;
    this.#emit = emit;
    this.#lastHeardAtMs = nowMs;
    this.#statsAtMs = nowMs + options.statsIntervalMs;
  }

  /** Something came from the caller. `again`: whose silence may be told once more. */
  heard(nowMs: Ms, again = true): void {
    this.#lastHeardAtMs = nowMs;
    if (again) this.#timedOut = false;
  }

  /** Something was sent that was due at `dueMs`. */
  sent(nowMs: Ms, dueMs: Ms): void {
    this.#sendJitterMaxMs = Math.max(this.#sendJitterMaxMs, nowMs - dueMs);
  }

  /** `awaited`: whether anything has to come at all. */
  tick(nowMs: Ms, awaited: boolean, stats: () => LegMediaStats): void {
    this.#watch(nowMs, awaited);
    if (nowMs < this.#statsAtMs) return;
    this.#statsAtMs = nowMs + this.#statsIntervalMs;
    this.#emit({ kind: 'media-stats', stats: stats(), atMs: nowMs });
    this.#sendJitterMaxMs = 0;
  }

  /** Worst since the statistics were told last. */
  get sendJitterMaxMs(): Ms {
    return ms(this.#sendJitterMaxMs);
  }

  #watch(nowMs: Ms, awaited: boolean): void {
    if (!awaited) {
      this.#lastHeardAtMs = nowMs;
      return;
    }
    const silentMs = nowMs - this.#lastHeardAtMs;
    if (this.#timedOut || silentMs < this.#timeoutMs) return;
    this.#timedOut = true;
    this.#emit({ kind: 'media-timeout', silentMs: ms(silentMs), atMs: nowMs });
  }
}
