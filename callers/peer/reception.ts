import { sequenceDistance, type RtpPacket } from '../rtp.ts';
import type { ReceptionFacts } from './rtcp.ts';

export interface ReceptionCounts {
  readonly expected: number;
  /** Different packets that came. */
  readonly received: number;
  /** Of these, those that came only after they had been asked for again. */
  readonly recovered: number;
  /** Never came. */
  readonly lost: number;
}

interface Missing {
  askedAtMs: number;
  asked: number;
  readonly sinceMs: number;
}

/** One source as its receiver sees it (core): which packets are missing, which of them to ask for again, and what a report says. */
export class Reception {
  readonly #clockHz: number;
  readonly #nack: boolean;
  readonly #missing = new Map<number, Missing>();
  #ssrc: number | undefined;
  #highest = 0;
  #wraps = 0;
  #expected = 0;
  #received = 0;
  #recovered = 0;
  #reported = { expected: 0, received: 0 };
  #transit: number | undefined;
  #jitter = 0;

  constructor(clockHz: number, nack: boolean) {
    this.#clockHz = clockHz;
    this.#nack = nack;
  }

  get ssrc(): number | undefined {
    return this.#ssrc;
  }

  /** False: a packet that was here before, or one of long ago. */
  packet(nowMs: number, packet: Pick<RtpPacket, 'sequence' | 'timestamp' | 'ssrc'>): boolean {
    if (this.#ssrc !== packet.ssrc) this.#begin(packet);
    const ahead = sequenceDistance(packet.sequence, this.#highest);
    if (ahead <= 0 && !(ahead === 0 && this.#expected === 0)) return this.#late(packet.sequence);
    for (let i = 1; i < ahead && ahead <= MAX_GAP; i++)
      this.#missing.set((this.#highest + i) & 0xffff, { askedAtMs: -Infinity, asked: 0, sinceMs: nowMs });
    if (packet.sequence < this.#highest) this.#wraps += 1;
    this.#expected += Math.max(1, ahead);
    this.#highest = packet.sequence;
    this.#received += 1;
    this.#follow(nowMs, packet.timestamp);
    return true;
  }

  /** Sequence numbers to ask for now. */
  toAskFor(nowMs: number): number[] {
    const ask: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (nowMs - missing.sinceMs > GIVE_UP_MS) this.#missing.delete(sequence);
      else if (this.#nack && missing.asked < MAX_ASKED && nowMs - missing.askedAtMs >= ASK_AGAIN_MS) {
        missing.asked += 1;
        missing.askedAtMs = nowMs;
        ask.push(sequence);
      }
    }
    return ask;
  }

  /** For a receiver report; the loss since the last one is counted anew. */
  report(lastReport: ReceptionFacts['lastReport']): ReceptionFacts | undefined {
    if (this.#ssrc === undefined) return undefined;
    const expected = this.#expected - this.#reported.expected;
    const received = this.#received - this.#reported.received;
    this.#reported = { expected: this.#expected, received: this.#received };
    return {
      ssrc: this.#ssrc,
      lossRatio: expected === 0 ? 0 : Math.max(0, (expected - received) / expected),
      lost: this.#expected - this.#received,
      highestSequence: (this.#wraps << 16) | this.#highest,
      jitter: this.#jitter,
      lastReport,
    };
  }

  get counts(): ReceptionCounts {
    return { expected: this.#expected, received: this.#received, recovered: this.#recovered, lost: this.#expected - this.#received };
  }

  #begin(packet: Pick<RtpPacket, 'sequence' | 'ssrc'>): void {
    this.#ssrc = packet.ssrc;
    this.#highest = (packet.sequence - 1) & 0xffff;
    this.#transit = undefined;
    this.#missing.clear();
  }

  #late(sequence: number): boolean {
    const missing = this.#missing.get(sequence);
    if (missing === undefined) return false;
    this.#missing.delete(sequence);
    this.#received += 1;
    if (missing.asked > 0) this.#recovered += 1;
    return true;
  }

  /** Interarrival jitter; RFC 3550 section 6.4.1. */
  #follow(nowMs: number, timestamp: number): void {
    const transit = (nowMs / 1000) * this.#clockHz - timestamp;
    if (this.#transit !== undefined) {
      const change = Math.abs(transit - this.#transit);
      if (change < this.#clockHz) this.#jitter += (change - this.#jitter) / 16;
    }
    this.#transit = transit;
  }
}

/** A gap of more is a sender that began anew. */
const MAX_GAP = 100;
const GIVE_UP_MS = 250;
const ASK_AGAIN_MS = 60;
const MAX_ASKED = 3;
