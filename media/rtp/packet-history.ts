import type { Ms } from '#domain/units';

/** The packets that left last, to be sent again to a receiver that lacks them (core). Bounded in number, in age and in how often. */
export class PacketHistory {
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({
    sequence: -1,
    sentAtMs: 0,
    againAtMs: Number.NEGATIVE_INFINITY,
    bytes: EMPTY,
  }));
  #budget = BURST;
  #budgetAtMs: Ms = 0;

  /** Copies the packet. */
  sent(nowMs: Ms, packet: Uint8Array): void {
    const sequence = (packet[2]! << 8) | packet[3]!;
    const slot = this.#slots[sequence % SLOTS]!;
    slot.sequence = sequence;
    slot.sentAtMs = nowMs;
    slot.againAtMs = Number.NEGATIVE_INFINITY;
    slot.bytes = packet.slice();
  }

  /** The packet, if it may be sent (again) now: it is young enough, has not just been, and the whole is not too much. */
  again(nowMs: Ms, sequence: number, roundTripMs: Ms): Uint8Array | undefined {
    const slot = this.#slots[sequence % SLOTS]!;
    if (slot.sequence !== sequence || nowMs - slot.sentAtMs > OLDEST_MS) return undefined;
    // One that is still on its way is asked for twice easily.
    if (nowMs - slot.againAtMs < Math.max(MIN_BETWEEN_MS, roundTripMs)) return undefined;
    this.#budget = Math.min(BURST, this.#budget + (nowMs - this.#budgetAtMs) / REFILL_MS);
    this.#budgetAtMs = nowMs;
    if (this.#budget < 1) return undefined;
    this.#budget -= 1;
    slot.againAtMs = nowMs;
    return slot.bytes;
  }
}

interface Slot {
  sequence: number;
  sentAtMs: Ms;
  againAtMs: Ms;
  bytes: Uint8Array;
}

const EMPTY = new Uint8Array(0);
/** A power of two, so that wraps of the sequence keep slots apart; 640 ms of 20 ms packets. */
const SLOTS = 32;
/** What is older comes too late for any playout. */
const OLDEST_MS = 500;
const MIN_BETWEEN_MS = 20;
/** Ten at once, then one every 40 ms: half as much again as is sent anyway. */
const BURST = 10;
const REFILL_MS = 40;
