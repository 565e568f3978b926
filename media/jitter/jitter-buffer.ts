import type { Ms } from '#domain/units';
import { MAX_PAYLOAD_BYTES } from '../codec/codec.ts';

export type PushVerdict = 'taken' | 'late' | 'duplicate';

/** What `pop` found; the fields are valid until the next call. */
export interface Released {
  kind: 'packet' | 'lost';
  /** Packets that are lost in a row before the next one; only for `lost`. */
  lostPackets: number;
  arrivedAtMs: Ms;
  payloadType: number;
  timestamp: number;
  bytes: Uint8Array;
  start: number;
  end: number;
}

/**
 * Puts packets into order for recognition: what is in order leaves at once, without any playout delay. On a gap
 * the packets behind it wait, at most `maxWaitMs`; then what is missing is declared lost. It never releases backwards.
 * Sequence numbers are extended ones, so wraps do not concern it.
 */
export class JitterBuffer {
  /** May change at any time; what waits already is judged by it too. */
  maxWaitMs: Ms;
  readonly #waiting = new Map<number, Waiting>();
  #next = -1;
  #gapSinceMs: Ms = 0;
  /** Which of the last 64 sequence numbers before `#next` were declared lost. */
  readonly #wasLost = new Uint8Array(LOST_MEMORY);
  readonly out: Released = { kind: 'packet', lostPackets: 0, arrivedAtMs: 0, payloadType: 0, timestamp: 0, bytes: EMPTY, start: 0, end: 0 };
  #direct = false;
  late = 0;
  duplicates = 0;
  reordered = 0;
  declaredLost = 0;

  constructor(maxWaitMs: Ms) {
    this.maxWaitMs = maxWaitMs;
  }

  /** `bytes` has to stay valid until `pop` has returned false; packets that wait are copied. */
  push(nowMs: Ms, extended: number, payloadType: number, timestamp: number, bytes: Uint8Array, start: number, end: number): PushVerdict {
    if (this.#next < 0) this.#next = extended;
    if (extended < this.#next) return this.#passed(extended);
    if (extended === this.#next && !this.#direct) {
      this.#offerDirectly(nowMs, payloadType, timestamp, bytes, start, end);
      return 'taken';
    }
    if (this.#waiting.has(extended)) {
      this.duplicates += 1;
      return 'duplicate';
    }
    if (this.#waiting.size === 0) this.#gapSinceMs = nowMs;
    this.#waiting.set(extended, {
      arrivedAtMs: nowMs,
      payloadType,
      timestamp,
      bytes: bytes.slice(start, Math.min(end, start + MAX_PAYLOAD_BYTES)),
    });
    return 'taken';
  }

  /** Fills `out` with the next packet or loss; false when nothing may leave yet. */
  pop(nowMs: Ms): boolean {
    if (this.#direct) {
      this.#direct = false;
      this.#advance(1, 0);
      return true;
    }
    if (this.#waiting.size === 0) return false;
    const next = this.#waiting.get(this.#next);
    if (next !== undefined) return this.#release(next);
    if (nowMs - this.#gapSinceMs < this.maxWaitMs && this.#waiting.size < MAX_WAITING) return false;
    const lowest = this.#lowestWaiting();
    this.out.kind = 'lost';
    this.out.lostPackets = lowest - this.#next;
    this.declaredLost += this.out.lostPackets;
    this.#advance(this.out.lostPackets, 1);
    return true;
  }

  /** A new stream begins: nothing of the old one is kept. */
  reset(): void {
    this.#waiting.clear();
    this.#next = -1;
    this.#direct = false;
  }

  /** When `pop` may find something although nothing was pushed. */
  get wakeAtMs(): Ms | undefined {
    return this.#waiting.size === 0 ? undefined : this.#gapSinceMs + this.maxWaitMs;
  }

  get waitingPackets(): number {
    return this.#waiting.size;
  }

  #offerDirectly(nowMs: Ms, payloadType: number, timestamp: number, bytes: Uint8Array, start: number, end: number): void {
    this.#direct = true;
    if (this.#waiting.size > 0) this.reordered += 1;
    this.#fill(nowMs, payloadType, timestamp, bytes, start, Math.min(end, start + MAX_PAYLOAD_BYTES));
  }

  #release(packet: Waiting): boolean {
    this.#waiting.delete(this.#next);
    this.#fill(packet.arrivedAtMs, packet.payloadType, packet.timestamp, packet.bytes, 0, packet.bytes.length);
    this.#advance(1, 0);
    return true;
  }

  #fill(arrivedAtMs: Ms, payloadType: number, timestamp: number, bytes: Uint8Array, start: number, end: number): void {
    const out = this.out;
    out.kind = 'packet';
    out.lostPackets = 0;
    out.arrivedAtMs = arrivedAtMs;
    out.payloadType = payloadType;
    out.timestamp = timestamp;
    out.bytes = bytes;
    out.start = start;
    out.end = end;
  }

  #advance(count: number, lost: 0 | 1): void {
    for (let i = Math.max(0, count - LOST_MEMORY); i < count; i += 1) this.#wasLost[(this.#next + i) % LOST_MEMORY] = lost;
    this.#next += count;
    if (this.#waiting.size > 0 && !this.#waiting.has(this.#next)) this.#beginGap();
  }

  /** Another gap is in front: it is waited for since the first packet behind it came. */
  #beginGap(): void {
    let first = Number.POSITIVE_INFINITY;
    for (const packet of this.#waiting.values()) if (packet.arrivedAtMs < first) first = packet.arrivedAtMs;
    this.#gapSinceMs = first;
  }

  #passed(extended: number): PushVerdict {
    const index = extended % LOST_MEMORY;
    if (this.#next - extended <= LOST_MEMORY && this.#wasLost[index] === 1) {
      this.#wasLost[index] = 0;
      this.late += 1;
      return 'late';
    }
    this.duplicates += 1;
    return 'duplicate';
  }

  #lowestWaiting(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const extended of this.#waiting.keys()) if (extended < lowest) lowest = extended;
    return lowest;
  }
}

interface Waiting {
  readonly arrivedAtMs: Ms;
  readonly payloadType: number;
  readonly timestamp: number;
  readonly bytes: Uint8Array;
}

const EMPTY = new Uint8Array(0);
const LOST_MEMORY = 64;
/** With so many packets behind a gap, waiting for its end is pointless. */
const MAX_WAITING = 10;
