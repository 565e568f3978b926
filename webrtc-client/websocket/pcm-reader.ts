/**
 * Makes pieces of whole samples of whatever a client sends (core): frames of any length, samples that are torn between two frames. PCM16,
 * little-endian, mono.
 */
export class PcmReader {
  readonly #smallest: number;
  readonly #largest: number;
  readonly #held: Uint8Array;
  #heldBytes = 0;
  /** The next byte belongs to a sample whose first half was skipped. */
  #torn = false;

  /** Pieces of `smallest` to `largest` samples come out. */
  constructor(smallest: number, largest: number) {
    this.#smallest = smallest * 2;
    this.#largest = largest * 2;
    this.#held = new Uint8Array(this.#largest);
  }

  /** The pieces that are complete now, each in a buffer of its own. `bytes` need not outlive the call. */
  read(bytes: Uint8Array): Int16Array[] {
    const pieces: Int16Array[] = [];
    const from = this.#torn && bytes.length > 0 ? 1 : 0;
    if (from === 1) this.#torn = false;
    for (let at = from; at < bytes.length;) {
      const taken = Math.min(bytes.length - at, this.#largest - this.#heldBytes);
      this.#held.set(bytes.subarray(at, at + taken), this.#heldBytes);
      this.#heldBytes += taken;
      at += taken;
      if (this.#heldBytes === this.#largest || (at === bytes.length && this.#heldBytes >= this.#smallest)) pieces.push(this.#take());
    }
    return pieces;
  }

  /** So many bytes of the client's were not read; samples stay where they are. */
  skip(count: number): void {
    const isTorn = (this.#heldBytes + (this.#torn ? 1 : 0) + count) % 2 === 1;
    this.#heldBytes -= this.#heldBytes % 2;
    this.#torn = isTorn;
  }

  /** All but the first half of a torn sample. */
  #take(): Int16Array {
    const whole = this.#heldBytes - (this.#heldBytes % 2);
    const pcm = new Int16Array(whole / 2);
    for (let i = 0; i < pcm.length; i += 1) pcm[i] = this.#held[2 * i]! | (this.#held[2 * i + 1]! << 8);
    this.#held.copyWithin(0, whole, this.#heldBytes);
    this.#heldBytes -= whole;
    return pcm;
  }
}
