import type { Ms } from '#domain/units';
import { Backoff } from '#kit/backoff';

/** Lines of one reason that were not written one by one. */
export interface Summary<Line> {
  /** The last of them. */
  readonly line: Line;
  readonly count: number;
  readonly overMs: Ms;
}

/** `whole`: as it is. `counted`: it will be in a summary. */
export type GateVerdict = 'whole' | 'counted';

export interface GateOptions {
  /** Reasons that are told apart; those beyond them share one count. */
  readonly mostReasons: number;
  /** How long a reason is silent after its first line; doubled by each further one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** A reason that did not come for so long begins anew. */
  readonly quietMs: number;
}

/** A guess: an attack of one reason costs about seventy lines an hour, one of all reasons together less than a megabyte. */
export const GATE: GateOptions = { mostReasons: 32, firstPauseMs: 1_000, longestPauseMs: 60_000, quietMs: 120_000 };

/**
 * Core: what a stranger can cause as often as they like does not fill a disk. The first line of a reason is written whole, those that follow in
 * the next second are counted and summed up in one line, then those of the next two seconds, of four, and so on.
 */
export class LogGate<Line> {
  readonly #options: GateOptions;
  readonly #reasons = new Map<string, Reason<Line>>();

  constructor(options: GateOptions = GATE) {
    this.#options = options;
  }

  take(nowMs: Ms, reason: string, line: Line): GateVerdict {
    const known = this.#reasonFor(nowMs, reason);
    known.cameAtMs = nowMs;
    if (known.count === 0 && nowMs >= known.silentUntilMs) {
      this.#wrote(nowMs, known);
      return 'whole';
    }
    known.count += 1;
    known.last = line;
    return 'counted';
  }

  /** When `due` will have something to say. */
  get wakeAtMs(): Ms | undefined {
    let earliest: Ms | undefined;
    for (const { count, silentUntilMs } of this.#reasons.values())
      if (count > 0 && (earliest === undefined || silentUntilMs < earliest)) earliest = silentUntilMs;
    return earliest;
  }

  /** What has to be written now; `all` does not wait, for the end of the process. */
  due(nowMs: Ms, all = false): readonly Summary<Line>[] {
    const summaries: Summary<Line>[] = [];
    for (const reason of this.#reasons.values()) {
      const { count, last, wroteAtMs } = reason;
      if (count === 0 || last === undefined || (!all && nowMs < reason.silentUntilMs)) continue;
      summaries.push({ line: last, count, overMs: (nowMs - wroteAtMs) as Ms });
      this.#wrote(nowMs, reason);
    }
    return summaries;
  }

  #wrote(nowMs: Ms, reason: Reason<Line>): void {
    reason.wroteAtMs = nowMs;
    reason.silentUntilMs = (nowMs + reason.pause.next()) as Ms;
    reason.count = 0;
    reason.last = undefined;
  }

  #reasonFor(nowMs: Ms, name: string): Reason<Line> {
    const { quietMs, mostReasons, firstPauseMs, longestPauseMs } = this.#options;
    for (const [other, { count, cameAtMs }] of this.#reasons) if (count === 0 && nowMs - cameAtMs >= quietMs) this.#reasons.delete(other);
    const isFull = this.#reasons.size >= mostReasons && !this.#reasons.has(name);
    const key = isFull ? OTHERS : name;
    const known = this.#reasons.get(key);
    if (known !== undefined) return known;
    const made: Reason<Line> = {
      pause: new Backoff({ firstMs: firstPauseMs, maxMs: longestPauseMs }),
      silentUntilMs: 0 as Ms,
      wroteAtMs: nowMs,
      cameAtMs: nowMs,
      count: 0,
      last: undefined,
    };
    this.#reasons.set(key, made);
    return made;
  }
}

interface Reason<Line> {
  readonly pause: Backoff;
  silentUntilMs: Ms;
  wroteAtMs: Ms;
  cameAtMs: Ms;
  count: number;
  last: Line | undefined;
}

/** No line of ours has this reason. */
const OTHERS = '\u0000others';
