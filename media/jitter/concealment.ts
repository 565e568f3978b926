import type { LineRateHz } from '../codec/rates.ts';

/**
 * Fills lost audio in the manner of G.711 Appendix I: the last pitch period is repeated, 10 ms at full level,
 * then fading by a fifth every 10 ms, silent after 60 ms. The beginning of what follows is blended in.
 */
export class Concealer {
  /** Samples for one at 8 kHz: 1 or 2. */
  readonly #width: number;
  readonly #history: Int16Array;
  #filled = 0;
  #period = 0;
  #phase = 0;
  /** Samples concealed since the last good one. */
  #concealed = 0;

  constructor(rateHz: LineRateHz = 8000) {
    this.#width = rateHz / 8000;
    this.#history = new Int16Array(HISTORY * this.#width);
  }

  /** Good audio passes through here; its beginning is changed if it follows concealed audio. */
  good(pcm: Int16Array, count: number): void {
    if (this.#concealed > 0) this.#blendIn(pcm, count);
    this.#remember(pcm, count);
  }

  /** Writes `count` samples in place of lost ones. */
  conceal(pcm: Int16Array, count: number): void {
    if (this.#concealed === 0) {
      this.#period = this.#filled < this.#history.length ? 0 : this.#findPeriod();
      this.#phase = 0;
    }
    for (let i = 0; i < count; i += 1) pcm[i] = this.#nextSample();
  }

  /** Silence was put in: nothing of before may be repeated. */
  silence(): void {
    this.#filled = 0;
    this.#concealed = 0;
  }

  #nextSample(): number {
    if (this.#period === 0) {
      this.#concealed += 1;
      return 0;
    }
    const sample = this.#history[this.#history.length - this.#period + this.#phase]! * fade(this.#concealed / this.#width);
    this.#phase = (this.#phase + 1) % this.#period;
    this.#concealed += 1;
    return Math.round(sample);
  }

  #blendIn(pcm: Int16Array, count: number): void {
    const overlap = Math.min(count, OVERLAP * this.#width);
    for (let i = 0; i < overlap; i += 1) {
      const weight = (i + 1) / (overlap + 1);
      pcm[i] = Math.round(pcm[i]! * weight + this.#nextSample() * (1 - weight));
    }
    this.#concealed = 0;
  }

  #remember(pcm: Int16Array, count: number): void {
    const history = this.#history;
    const size = history.length;
    if (count >= size) history.set(pcm.subarray(count - size, count));
    else {
      history.copyWithin(0, count);
      for (let i = 0, at = size - count; i < count; i += 1, at += 1) history[at] = pcm[i]!;
    }
    this.#filled = Math.min(size, this.#filled + count);
  }

  /** The lag of the best normalised correlation of the last 20 ms, first coarsely, then exactly. */
  #findPeriod(): number {
    const least = MIN_PERIOD * this.#width;
    const most = MAX_PERIOD * this.#width;
    const step = 2 * this.#width;
    const coarse = this.#bestLag(least, most, step);
    return this.#bestLag(Math.max(least, coarse - step + 1), Math.min(most, coarse + step - 1), 1);
  }

  #bestLag(from: number, to: number, step: number): number {
    const history = this.#history;
    let best = from;
    let bestScore = -1;
    for (let lag = from; lag <= to; lag += step) {
      let product = 0;
      let energy = 1;
      for (let i = history.length - CORRELATION * this.#width; i < history.length; i += step) {
        const earlier = history[i - lag]!;
        product += history[i]! * earlier;
        energy += earlier * earlier;
      }
      const score = product <= 0 ? 0 : product / Math.sqrt(energy);
      if (score > bestScore) {
        bestScore = score;
        best = lag;
      }
    }
    return best;
  }
}

function fade(concealedSamples: number): number {
  if (concealedSamples < FULL) return 1;
  return Math.max(0, 1 - (concealedSamples - FULL) / FADE);
}

/** G.711 Appendix I: pitch between 66 and 200 Hz, correlation over 20 ms. All in samples at 8 kHz. */
const MIN_PERIOD = 40;
const MAX_PERIOD = 120;
const CORRELATION = 160;
const HISTORY = CORRELATION + MAX_PERIOD;
const FULL = 80;
const FADE = 400;
const OVERLAP = 32;
