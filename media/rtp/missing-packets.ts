import type { Ms } from '#domain/units';

/** What became of a packet that came after one with a higher number. */
export interface Latecomer {
  /** Since its absence was noticed. */
  readonly latenessMs: Ms;
  /** It had been asked for, long enough ago that this may be the answer. */
  readonly wasAskedFor: boolean;
}

/** Which packets of a stream are missing, since when, and which of them are worth asking for (core). Bounded. */
export class MissingPackets {
  readonly #missing = new Map<number, Missing>();
  #highest = -1;

  /** `extended` sequence numbers. Tells about a packet that had been missing. */
  arrived(nowMs: Ms, extended: number, roundTripMs: Ms | undefined): Latecomer | undefined {
    if (this.#highest < 0 || extended > this.#highest) {
      this.#noteGap(nowMs, extended);
      return undefined;
    }
    const found = this.#missing.get(extended);
    if (found === undefined) return undefined;
    this.#missing.delete(extended);
    const wasAskedFor = found.asks > 0 && nowMs - found.askedAtMs >= (roundTripMs === undefined ? MIN_ANSWER_MS : roundTripMs * MIN_ANSWER);
    return { latenessMs: nowMs - found.sinceMs, wasAskedFor };
  }

  /** Fills `into` with what is to be asked for now: missing for `afterMs` at least and `untilMs` at most. Sequence numbers of 16 bits. */
  ask(nowMs: Ms, afterMs: Ms, untilMs: Ms, roundTripMs: Ms, into: number[]): void {
    into.length = 0;
    for (const [extended, missing] of this.#missing) {
      const ageMs = nowMs - missing.sinceMs;
      if (ageMs > FORGET_MS) {
        this.#missing.delete(extended);
        continue;
      }
      if (ageMs < afterMs || ageMs > untilMs || missing.asks >= MAX_ASKS) continue;
      if (missing.asks > 0 && nowMs - missing.askedAtMs < roundTripMs * ASK_AGAIN + ASK_AGAIN_MS) continue;
      missing.asks += 1;
      missing.askedAtMs = nowMs;
      into.push(extended & 0xffff);
    }
  }

  get hasMissing(): boolean {
    return this.#missing.size > 0;
  }

  reset(): void {
    this.#missing.clear();
    this.#highest = -1;
  }

  #noteGap(nowMs: Ms, extended: number): void {
    const first = this.#highest + 1;
    const gap = this.#highest < 0 ? 0 : extended - first;
    this.#highest = extended;
    // A gap of a second is not one that anybody fills.
    if (gap === 0 || gap > MAX_GAP) return;
    for (let at = first; at < extended; at += 1) this.#missing.set(at, { sinceMs: nowMs, askedAtMs: 0, asks: 0 });
    while (this.#missing.size > MAX_MISSING) {
      for (const oldest of this.#missing.keys()) {
        this.#missing.delete(oldest);
        break;
      }
    }
  }
}

interface Missing {
  readonly sinceMs: Ms;
  askedAtMs: Ms;
  asks: number;
}

const MAX_MISSING = 64;
const MAX_GAP = 50;
const FORGET_MS = 1000;
const MAX_ASKS = 3;
/** What comes sooner than this share of a round trip after the question is no answer to it. */
const MIN_ANSWER = 0.5;
/** While the round trip is not known. */
const MIN_ANSWER_MS = 10;
const ASK_AGAIN = 1.25;
const ASK_AGAIN_MS = 10;
