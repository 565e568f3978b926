import type { Ms } from '#domain/units';
import { timestampDelta } from '../rtp/sequence.ts';

/**
 * How much of the line is missing before a packet (core). The sequence says what was lost and the clock how long nothing came. The timestamp says
 * what the sender means, and is believed as far as those two bear it out: senders there are whose timestamps jump, run at a wrong rate or
 * stand still while they speak on.
 */
export class MissingAudio {
  /** Samples of the line, against RTP clock ticks and against time. */
  #ticksPerSample: number;
  #perMs: number;
  /** Wide lines need whole pairs of samples. */
  #grain: number;
  /** RTP timestamp at which the next audio should begin; -1: unknown. */
  #expectedTimestamp = -1;
  /** Put in by the clock since the last audio. */
  #filledSamples = 0;
  /** Of the last audio packet; 0: none yet. */
  #frameSamples = 0;
  #lostPackets = 0;
  /** Up to where the line has got, on the clock, for a packet as late as the latest of the last seconds: so jitter makes no silence. */
  #reachesMs: Ms = Number.NEGATIVE_INFINITY;

  constructor(rtpClockHz: number, lineRateHz: number) {
    this.#ticksPerSample = rtpClockHz / lineRateHz;
    this.#perMs = lineRateHz / 1000;
    this.#grain = lineRateHz === 16_000 ? 2 : 1;
  }

  /** Another codec comes from now on. Where its clock is another one too, its timestamps are not related to those of before. */
  setRates(rtpClockHz: number, lineRateHz: number): void {
    const growth = lineRateHz / 1000 / this.#perMs;
    if (rtpClockHz !== Math.round(this.#ticksPerSample * this.#perMs * 1000)) this.#expectedTimestamp = -1;
    this.#frameSamples *= growth;
    this.#filledSamples *= growth;
    this.#ticksPerSample = rtpClockHz / lineRateHz;
    this.#perMs = lineRateHz / 1000;
    this.#grain = lineRateHz === 16_000 ? 2 : 1;
  }

  /** Nothing of what comes is related to what came. */
  restart(): void {
    this.#expectedTimestamp = -1;
    this.#lostPackets = 0;
  }

  lost(packets: number): void {
    this.#lostPackets += packets;
  }

  /** The clock has put silence in, up to `untilMs`. */
  filled(samples: number, untilMs: Ms): void {
    this.#filledSamples += samples;
    this.#reachesMs = Math.max(this.#reachesMs, untilMs);
  }

  /** Up to where the line has got, on the clock; ahead of it after a burst. */
  get reachesMs(): Ms {
    return this.#reachesMs;
  }

  /** Audio in the last packet. */
  get frameMs(): Ms {
    return this.#frameSamples / this.#perMs;
  }

  /** Whether packets were lost, and nothing has been put in for them yet. */
  get isLoss(): boolean {
    return this.#lostPackets > 0 && this.#filledSamples === 0;
  }

  /** Samples to put in before a packet that came at `arrivedAtMs`. `isAudio`: it is about as long as the one before it. */
  before(arrivedAtMs: Ms, timestamp: number, isAudio: boolean): number {
    if (this.#expectedTimestamp < 0) return 0;
    const told = this.#whole(timestampDelta(timestamp, this.#expectedTimestamp) / this.#ticksPerSample);
    const ownMs = isAudio ? this.#frameSamples / this.#perMs : 0;
    const waited = this.#whole(Math.max(0, arrivedAtMs - ownMs - this.#reachesMs) * this.#perMs);
    if (this.#lostPackets > 0) return Math.max(0, this.#ofLoss(told, waited + this.#filledSamples) - this.#filledSamples);
    const missing = Math.min(told - this.#filledSamples, waited);
    // A step that is a little off is a clock, not a pause.
    return missing < MIN_PAUSE_MS * this.#perMs ? 0 : missing;
  }

  /** `count` samples of that packet are in the line now, after `missing` that were put in before it. */
  took(arrivedAtMs: Ms, timestamp: number, missing: number, count: number): void {
    if (count > 0) this.#frameSamples = count;
    const forgottenMs = (count / this.#perMs) * FORGET_SHARE;
    const reachesMs = this.#reachesMs + (missing + count) / this.#perMs - forgottenMs;
    this.#reachesMs = Math.min(Math.max(reachesMs, arrivedAtMs), arrivedAtMs + MAX_AHEAD_MS);
    this.#expectedTimestamp = (timestamp + count * this.#ticksPerSample) >>> 0;
    this.#filledSamples = 0;
    this.#lostPackets = 0;
  }

  /** The whole of the gap in which packets were lost; `passed` is what time would allow for it. */
  #ofLoss(told: number, passed: number): number {
    const bySequence = this.#lostPackets * this.#frameSamples;
    if (Math.abs(told - bySequence) <= this.#frameSamples / 4) return bySequence;
    // The timestamp says nothing.
    if (told < -this.#frameSamples / 4) return Math.min(bySequence, Math.max(this.#frameSamples, passed));
    // Some of them were keys or noise, or shorter.
    if (told < bySequence) return Math.max(told, Math.min(bySequence, passed));
    return Math.min(told, Math.max(bySequence, passed));
  }

  #whole(samples: number): number {
    return Math.floor(samples / this.#grain) * this.#grain;
  }
}

/** Shorter than half of a packet. */
const MIN_PAUSE_MS = 8;
/** What a late packet has taught is forgotten by so much of the time that passes: 50 ms in five seconds. Guess. */
const FORGET_SHARE = 0.01;
/** The longest bursts, and lateness that counts as jitter: `MAX_STARVE_MS` of browser legs. */
const MAX_AHEAD_MS = 200;
