/** `a - b` of 16-bit counters that wrap, in -32768..32767. */
export function sequenceDelta(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** `a - b` of 32-bit counters that wrap, in -2^31..2^31-1. */
export function timestampDelta(a: number, b: number): number {
  return (a - b) | 0;
}

export type SequenceVerdict = 'first' | 'ahead' | 'behind' | 'suspect' | 'restarted';

/**
 * Extends 16-bit sequence numbers over wraps after RFC 3550 appendix A.1: a jump that is too large is believed
 * only if the packet after it follows on. The extended number never wraps and starts near 65536, so it stays positive.
 */
export class SequenceTracker {
  #highest = -1;
  #suspectNext = -1;
  /** Extended number of the packet that `update` saw last. */
  extended = 0;

  update(sequence: number): SequenceVerdict {
    if (this.#highest < 0) {
      this.#highest = this.extended = sequence + CYCLE;
      return 'first';
    }
    const delta = sequenceDelta(sequence, this.#highest & 0xffff);
    if (delta > 0 && delta < MAX_DROPOUT) {
      this.#highest += delta;
      this.extended = this.#highest;
      this.#suspectNext = -1;
      return 'ahead';
    }
    if (delta <= 0 && delta > -MAX_MISORDER) {
      this.extended = this.#highest + delta;
      return 'behind';
    }
    if (sequence === this.#suspectNext) {
      this.#highest = this.extended = sequence + CYCLE;
      this.#suspectNext = -1;
      return 'restarted';
    }
    this.#suspectNext = (sequence + 1) & 0xffff;
    return 'suspect';
  }

  /** Whether `sequence` has its place in the order, so that `update` would not doubt it. */
  fits(sequence: number): boolean {
    if (this.#highest < 0) return true;
    const delta = sequenceDelta(sequence, this.#highest & 0xffff);
    return delta < MAX_DROPOUT && delta > -MAX_MISORDER;
  }

  get highest(): number {
    return this.#highest;
  }

  reset(): void {
    this.#highest = -1;
    this.#suspectNext = -1;
  }
}

const CYCLE = 65536;
/** RFC 3550 appendix A.1. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
