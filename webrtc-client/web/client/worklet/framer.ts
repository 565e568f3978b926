/** Collects samples between -1 and 1 into PCM16 frames of one size. */
export class Framer {
  readonly #frameSamples: number;
  #frame: Int16Array<ArrayBuffer>;
  #filled = 0;

  constructor(frameSamples: number) {
    this.#frameSamples = frameSamples;
    this.#frame = new Int16Array(frameSamples);
  }

  /** `emit` gets each full frame and owns it. */
  push(samples: Float32Array, emit: (frame: Int16Array<ArrayBuffer>) => void): void {
    for (const sample of samples) {
      this.#frame[this.#filled] = toPcm16(sample);
      this.#filled += 1;
      if (this.#filled < this.#frameSamples) continue;
      emit(this.#frame);
      this.#frame = new Int16Array(this.#frameSamples);
      this.#filled = 0;
    }
  }
}

/** Louder than full scale is cut, and what is no number is silence. */
export function toPcm16(sample: number): number {
  return Math.round(Math.max(-32_768, Math.min(32_767, sample * 32_768))) || 0;
}
