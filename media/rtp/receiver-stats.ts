import { ms, type Ms } from '#domain/units';
import { timestampDelta } from './sequence.ts';

/**
 * What a receiver reports about one stream: loss after RFC 3550 appendix A.3, interarrival jitter after A.8.
 * A new stream (SSRC, or a restarted sequence) begins with `restart`; totals go on.
 */
export class ReceiverStats {
  #clockHz: number;
  #base = -1;
  #highest = -1;
  #received = 0;
  #earlierLost = 0;
  #earlierExpected = 0;
  #expectedAtReport = 0;
  #receivedAtReport = 0;
  #lastArrivalTicks = 0;
  #lastTimestamp = 0;
  /** There is a packet to compare the next one's time with. */
  #isTimed = false;
  /** Interarrival jitter in RTP clock units; RFC 3550 section 6.4.1, gain 1/16. */
  #jitterTicks = 0;

  constructor(clockHz: number) {
    this.#clockHz = clockHz;
  }

  /** Another codec comes from now on, whose timestamps count otherwise. */
  setClock(clockHz: number): void {
    this.#jitterTicks *= clockHz / this.#clockHz;
    this.#clockHz = clockHz;
    this.#isTimed = false;
  }

  /** A packet whose timestamp does not say when it was sent: that of a telephone event says when its key went down. */
  untimed(extended: number): void {
    if (this.#base < 0) this.#base = this.#highest = extended;
    if (extended > this.#highest) this.#highest = extended;
    this.#received += 1;
  }

  /** `extended` is the extended sequence number, `arrivedAtMs` the moment the packet was read. */
  packet(extended: number, timestamp: number, arrivedAtMs: Ms): void {
    const arrivalTicks = (arrivedAtMs * this.#clockHz) / 1000;
    if (this.#isTimed) {
      const difference = Math.abs(arrivalTicks - this.#lastArrivalTicks - timestampDelta(timestamp, this.#lastTimestamp));
      // A pause of the sender, or a new time base, is no jitter.
      if (difference < this.#clockHz) this.#jitterTicks += (difference - this.#jitterTicks) / 16;
    }
    this.untimed(extended);
    this.#isTimed = true;
    this.#lastArrivalTicks = arrivalTicks;
    this.#lastTimestamp = timestamp;
  }

  /** The stream begins anew; what the old one lost stays counted. */
  restart(): void {
    this.#earlierLost += Math.max(0, this.#expectedNow - this.#received);
    this.#earlierExpected += this.#expectedNow;
    this.#base = this.#highest = -1;
    this.#received = 0;
    this.#isTimed = false;
    this.#expectedAtReport = this.#receivedAtReport = 0;
  }

  /** The share of packets lost since the last call, in 1/256; RFC 3550 appendix A.3. */
  takeFractionLost(): number {
    const expected = this.#expectedNow - this.#expectedAtReport;
    const lost = expected - (this.#received - this.#receivedAtReport);
    this.#expectedAtReport = this.#expectedNow;
    this.#receivedAtReport = this.#received;
    return expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected));
  }

  get lost(): number {
    return this.#earlierLost + Math.max(0, this.#expectedNow - this.#received);
  }

  get expected(): number {
    return this.#earlierExpected + this.#expectedNow;
  }

  get lossRatio(): number {
    return this.expected === 0 ? 0 : this.lost / this.expected;
  }

  /** 32 bits for the report block: cycles and highest sequence number. */
  get extendedHighest(): number {
    return Math.max(0, this.#highest - FIRST_CYCLE) >>> 0;
  }

  get jitterTicks(): number {
    return Math.round(this.#jitterTicks);
  }

  get jitterMs(): Ms {
    return ms((this.#jitterTicks * 1000) / this.#clockHz);
  }

  get #expectedNow(): number {
    return this.#base < 0 ? 0 : this.#highest - this.#base + 1;
  }
}

/** `SequenceTracker` starts its count one cycle up. */
const FIRST_CYCLE = 65536;
