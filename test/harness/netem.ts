import { ms, type Ms } from '#domain/units';
import { seeded } from '#kit/seeded-random';

/** What a network does to the packets of one direction. All of it is off by default. */
export interface NetworkConditions {
  readonly seed: number;
  readonly delayMs: Ms;
  /** On top of the delay, evenly from 0 to this. Packets do not overtake each other by it: a queue keeps order. */
  readonly jitterMs: Ms;
  /** Single losses, each packet by itself. */
  readonly lossRatio: number;
  /** How often a run of losses begins, and how many packets it takes on average (two states, after Gilbert). */
  readonly burstRatio: number;
  readonly burstPackets: number;
  /** How many packets take another way, which is so much longer: those behind them come first. */
  readonly reorderRatio: number;
  readonly reorderMs: Ms;
  readonly duplicateRatio: number;
  /** Every so often nothing passes for a while, and then all of it at once. */
  readonly stallEveryMs: Ms;
  readonly stallForMs: Ms;
  /** How much faster than real time the sender's clock runs, in parts per million. */
  readonly driftPpm: number;
}

export const PERFECT: NetworkConditions = {
  seed: 1,
  delayMs: ms(0),
  jitterMs: ms(0),
  lossRatio: 0,
  burstRatio: 0,
  burstPackets: 0,
  reorderRatio: 0,
  reorderMs: ms(0),
  duplicateRatio: 0,
  stallEveryMs: ms(0),
  stallForMs: ms(0),
  driftPpm: 0,
};

/** One direction of a network (core): told when a packet is sent, says when it arrives. The same seed gives the same network. */
export class Netem {
  readonly #conditions: NetworkConditions;
  readonly #random: () => number;
  #lastMs: Ms = Number.NEGATIVE_INFINITY;
  #isLosing = false;
  sent = 0;
  lost = 0;
  duplicated = 0;
  reordered = 0;

  constructor(conditions: Partial<NetworkConditions> = {}) {
    this.#conditions = { ...PERFECT, ...conditions };
    this.#random = seeded(this.#conditions.seed);
  }

  /** When a packet that is sent now arrives: once as a rule, never, or twice. To be asked in the order of sending. */
  arrivals(sentAtMs: Ms): readonly Ms[] {
    const { delayMs, jitterMs, reorderRatio, reorderMs, duplicateRatio } = this.#conditions;
    this.sent += 1;
    // Always as many draws, so that one parameter does not change what the others do.
    const [jitter, detour, copy] = [this.#random(), this.#random(), this.#random()];
    const isLost = this.#isLost();
    const isDetour = detour < reorderRatio;
    const earliestMs = this.#afterStall(sentAtMs + delayMs + jitter * jitterMs);
    if (isLost) {
      this.lost += 1;
      return [];
    }
    let atMs = Math.max(earliestMs, this.#lastMs);
    if (isDetour) {
      this.reordered += 1;
      atMs += reorderMs;
    } else this.#lastMs = atMs;
    if (copy >= duplicateRatio) return [ms(atMs)];
    this.duplicated += 1;
    return [ms(atMs), ms(atMs)];
  }

  /** When it is `localMs` by the sender's clock. */
  realMs(localMs: Ms): Ms {
    return ms(localMs / this.#speed);
  }

  /** What the sender's clock shows. */
  localMs(realMs: Ms): Ms {
    return ms(realMs * this.#speed);
  }

  get #speed(): number {
    return 1 + this.#conditions.driftPpm / 1_000_000;
  }

  #isLost(): boolean {
    const { lossRatio, burstRatio, burstPackets } = this.#conditions;
    const [single, change] = [this.#random(), this.#random()];
    if (burstRatio > 0) this.#isLosing = this.#isLosing ? change >= 1 / Math.max(1, burstPackets) : change < burstRatio;
    return this.#isLosing || single < lossRatio;
  }

  #afterStall(atMs: number): number {
    const { stallEveryMs, stallForMs } = this.#conditions;
    if (stallEveryMs <= 0 || stallForMs <= 0) return atMs;
    const into = atMs % stallEveryMs;
    const fromMs = stallEveryMs - stallForMs;
    return into < fromMs ? atMs : atMs - into + stallEveryMs;
  }
}
