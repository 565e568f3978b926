/** First in, first out, of PCM16 mono samples; holds `capacity` samples at the most and refuses what goes beyond. */
export class PcmRing {
  readonly #samples: Int16Array;
  #start = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#samples = new Int16Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#samples.length;
  }

  /** Returns how many of `pcm` found room; the rest is not kept. */
  write(pcm: Int16Array): number {
    const count = Math.min(pcm.length, this.capacity - this.#length);
    const end = (this.#start + this.#length) % this.capacity;
    const first = Math.min(count, this.capacity - end);
    this.#samples.set(pcm.subarray(0, first), end);
    this.#samples.set(pcm.subarray(first, count), 0);
    this.#length += count;
    return count;
  }

  /** Fills `out` from its beginning with samples between -1 and 1; returns how many there were. */
  read(out: Float32Array): number {
    const count = Math.min(out.length, this.#length);
    for (let index = 0; index < count; index += 1) {
      out[index] = (this.#samples[(this.#start + index) % this.capacity] ?? 0) / 32_768;
    }
    this.#start = (this.#start + count) % this.capacity;
    this.#length -= count;
    return count;
  }

  clear(): void {
    this.#start = 0;
    this.#length = 0;
  }
}
