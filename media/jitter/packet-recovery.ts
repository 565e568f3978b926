import type { Ms } from '#domain/units';
import type { ArrivalWatch } from './arrival-watch.ts';
import { MissingPackets } from '../rtp/missing-packets.ts';
import { timestampDelta } from '../rtp/sequence.ts';
import { AdaptiveWait } from './adaptive-wait.ts';

export interface RecoveryOptions {
  readonly rtpClockHz: number;
  /** Whether lost packets may be asked for (RFC 4585). */
  readonly nack: boolean;
  /** The first guess of how late packets come, and the longest that a gap is ever waited for. */
  readonly firstWaitMs: Ms;
  readonly mostWaitMs: Ms;
  /** The least time without a packet before silence is put in. */
  readonly starveMs: Ms;
}

/**
 * How long what is missing is waited for (core). Recognition needs no playout delay: whatever is in order leaves at once, so only a gap makes
 * anybody wait, and what adapts is that wait. It is as long as packets have come out of order lately, and nothing where they have not:
 * then what is behind the gap leaves at once and brings its copy of the lost frame along. Where lost packets can be asked for, it
 * lasts a round trip more, provided that the whole stays bearable. How long a pause of the stream is borne before silence is put in
 * follows the stalls that were seen, in the same way.
 */
export class PacketRecovery implements ArrivalWatch {
  readonly #options: RecoveryOptions;
  readonly #missing = new MissingPackets();
  readonly #reorder: AdaptiveWait;
  readonly #stall: AdaptiveWait;
  readonly #asked: number[] = [];
  #lastAtMs: Ms = -1;
  #lastTimestamp = 0;
  #clockHz: number;
  /** From RTCP, once that knows. */
  roundTripMs: Ms | undefined;

  constructor(nowMs: Ms, options: RecoveryOptions) {
    this.#options = options;
    this.#clockHz = options.rtpClockHz;
    this.#reorder = new AdaptiveWait(nowMs, Math.min(options.firstWaitMs, options.mostWaitMs));
    this.#stall = new AdaptiveWait(nowMs);
  }

  arrived(nowMs: Ms, extended: number, timestamp: number): boolean {
    const late = this.#missing.arrived(nowMs, extended, this.roundTripMs);
    const isAnswer = late?.wasAskedFor === true;
    if (late !== undefined && !isAnswer) this.#reorder.observe(nowMs, late.latenessMs);
    if (!isAnswer) this.#watchStall(nowMs, timestamp);
    return isAnswer;
  }

  restarted(): void {
    this.#missing.reset();
    this.#lastAtMs = -1;
  }

  setClock(clockHz: number): void {
    this.#clockHz = clockHz;
    this.#lastAtMs = -1;
  }

  tick(nowMs: Ms): void {
    this.#reorder.tick(nowMs);
    this.#stall.tick(nowMs);
  }

  /** Sequence numbers to ask for now; valid until the next call. */
  ask(nowMs: Ms): readonly number[] {
    this.#asked.length = 0;
    if (this.#missing.hasMissing && this.#asks)
      this.#missing.ask(nowMs, this.#reorder.waitMs, this.gapWaitMs, this.#roundTripMs, this.#asked);
    return this.#asked;
  }

  get gapWaitMs(): Ms {
    const wait = this.#asks ? this.#answerMs : this.#reorder.waitMs;
    return Math.min(this.#options.mostWaitMs, wait);
  }

  get starveMs(): Ms {
    const { starveMs } = this.#options;
    return this.#stall.waitMs === 0 ? starveMs : Math.max(starveMs, Math.min(MAX_STARVE_MS, this.#stall.waitMs + STALL_MARGIN_MS));
  }

  get #asks(): boolean {
    return this.#options.nack && this.#answerMs <= this.#options.mostWaitMs;
  }

  get #answerMs(): Ms {
    return this.#reorder.waitMs + this.#roundTripMs + ANSWER_MARGIN_MS;
  }

  get #roundTripMs(): Ms {
    return this.roundTripMs ?? GUESSED_ROUND_TRIP_MS;
  }

  /** By how much a packet came later after the one before it than it was sent. */
  #watchStall(nowMs: Ms, timestamp: number): void {
    const sentAfterMs = (timestampDelta(timestamp, this.#lastTimestamp) * 1000) / this.#clockHz;
    const stallMs = nowMs - this.#lastAtMs - sentAfterMs;
    if (this.#lastAtMs >= 0 && sentAfterMs > 0 && stallMs > MIN_STALL_MS && stallMs < MAX_STALL_MS) this.#stall.observe(nowMs, stallMs);
    this.#lastAtMs = nowMs;
    this.#lastTimestamp = timestamp;
  }
}

const GUESSED_ROUND_TRIP_MS = 80;
/** One more packet and a timer of the far side. */
const ANSWER_MARGIN_MS = 25;
const MIN_STALL_MS = 20;
/** Longer is an outage, for which turns do not wait. */
const MAX_STALL_MS = 300;
/** A packet's own length, and a little. */
const STALL_MARGIN_MS = 30;
const MAX_STARVE_MS = 200;
