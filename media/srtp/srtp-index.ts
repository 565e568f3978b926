import { ReplayWindow } from '#kit/replay-window';

/** Packet index of the next RTP packet sent: 2^16 · rollover counter + sequence number (RFC 3711 section 3.3.1). */
export class SenderIndex {
  #last = -1;

  /** The 48-bit index for a 16-bit sequence number; may also go back by some, for a retransmission. */
  take(sequence: number): number {
    const index = this.#last < 0 ? sequence : estimateIndex(this.#last, sequence);
    if (index > this.#last) this.#last = index;
    return index;
  }
}

/** Rollover counter and replay window of one received source. */
export class ReceiverIndex {
  readonly #window = new ReplayWindow();

  /** The index that a packet most likely has; -1: it is a replay or too old. */
  estimate(sequence: number): number {
    const highest = this.#window.highest;
    const index = highest < 0 ? sequence : estimateIndex(highest, sequence);
    return this.#window.mayAccept(index) ? index : -1;
  }

  /** The index that a packet of this source most likely has, whether it may be accepted or not. */
  nearest(sequence: number): number {
    return estimateIndex(Math.max(0, this.#window.highest), sequence);
  }

  /** Only once the packet has proved authentic. */
  accept(index: number): void {
    this.#window.accept(index);
  }
}

/**
 * The indexes that the first packet of a source may have. A sender may begin shortly before the wrap, and what it sent before that may be lost:
 * then the rollover counter is one already, and nothing of the whole call would be authentic by an index without it.
 */
export function firstIndexes(sequence: number): readonly number[] {
  return sequence < CYCLE / 2 ? [sequence, CYCLE + sequence] : [sequence];
}

/** RFC 3711 section 3.3.1 and appendix A: the index nearest to the highest one so far, never below 0. */
export function estimateIndex(highest: number, sequence: number): number {
  const cycle = Math.floor(highest / CYCLE);
  const delta = sequence - (highest % CYCLE);
  if (delta > CYCLE / 2) return cycle === 0 ? sequence : (cycle - 1) * CYCLE + sequence;
  if (delta < -CYCLE / 2) return (cycle + 1) * CYCLE + sequence;
  return cycle * CYCLE + sequence;
}

const CYCLE = 65_536;
