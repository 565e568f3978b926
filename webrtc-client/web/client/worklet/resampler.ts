/** Zero crossings of the sinc on either side, at the cutoff. */
const CROSSINGS = 16;
/** Of the lower Nyquist frequency: what is left for the filter's slope. */
const PASSBAND_RATIO = 0.92;
/** Positions between two samples that the table knows; between them it is interpolated. */
const PHASES = 256;
/** Kaiser window: about -80 dB outside. */
const BETA = 8;

/** Changes the sample rate of a stream of mono samples, with a filter against aliasing. Keeps its state from chunk to chunk; delays nothing but its look-ahead. */
export class Resampler {
  readonly #inHz: number;
  readonly #outHz: number;
  /** Input samples on either side of a position that bear on it. */
  readonly #reach: number;
  readonly #table: Float32Array;
  #buffer: Float32Array;
  #filled = 0;
  /** Position of the next output in `#buffer`: a whole sample, and a fraction in parts of `#outHz`, so that no error adds up. */
  #whole = 0;
  #fraction = 0;

  constructor(inHz: number, outHz: number) {
    this.#inHz = inHz;
    this.#outHz = outHz;
    const cutoff = Math.min(1, outHz / inHz) * PASSBAND_RATIO;
    this.#reach = Math.ceil(CROSSINGS / cutoff);
    this.#table = sincTable(this.#reach, cutoff);
    this.#buffer = new Float32Array(this.#reach * 2 + 4096);
    this.reset();
  }

  /** Input samples that are held back until more come; so many zeros push the last sound out. */
  get lookAheadSamples(): number {
    return this.#reach;
  }

  /** The most samples that `process` writes for `count` input samples. */
  outputBound(count: number): number {
    return Math.ceil((count * this.#outHz) / this.#inHz) + 1;
  }

  reset(): void {
    this.#buffer.fill(0);
    this.#filled = this.#reach;
    this.#whole = this.#reach;
    this.#fraction = 0;
  }

  /** Takes all of `input` and writes what follows from it to `output`; returns how many samples that are. */
  process(input: Float32Array, output: Float32Array): number {
    this.#append(input);
    let written = 0;
    while (this.#whole + this.#reach < this.#filled) {
      output[written] = this.#interpolate();
      written += 1;
      this.#fraction += this.#inHz;
      const steps = Math.floor(this.#fraction / this.#outHz);
      this.#whole += steps;
      this.#fraction -= steps * this.#outHz;
    }
    this.#forget();
    return written;
  }

  #append(input: Float32Array): void {
    if (this.#filled + input.length > this.#buffer.length) {
      const larger = new Float32Array((this.#filled + input.length) * 2);
      larger.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = larger;
    }
    this.#buffer.set(input, this.#filled);
    this.#filled += input.length;
  }

  /** Drops the samples that no output needs any more. */
  #forget(): void {
    const unused = this.#whole - this.#reach;
    if (unused <= 0) return;
    this.#buffer.copyWithin(0, unused, this.#filled);
    this.#filled -= unused;
    this.#whole -= unused;
  }

  #interpolate(): number {
    const taps = this.#reach * 2;
    const position = (this.#fraction / this.#outHz) * PHASES;
    const phase = Math.floor(position);
    const between = position - phase;
    const low = phase * taps;
    const start = this.#whole - this.#reach + 1;
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const here = this.#table[low + tap] ?? 0;
      const next = this.#table[low + taps + tap] ?? 0;
      sum += (this.#buffer[start + tap] ?? 0) * (here + (next - here) * between);
    }
    return sum;
  }
}

/** Row `p`: the weights of the samples around a position `p / PHASES` after a sample. Each row adds up to 1. */
function sincTable(reach: number, cutoff: number): Float32Array {
  const taps = reach * 2;
  const table = new Float32Array((PHASES + 1) * taps);
  for (let phase = 0; phase <= PHASES; phase += 1) {
    const row = table.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = tap - reach + 1 - phase / PHASES;
      const weight = sinc(distance * cutoff) * kaiser(distance / reach);
      row[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap += 1) row[tap] = (row[tap] ?? 0) / sum;
  }
  return table;
}

function sinc(x: number): number {
  return Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 50; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
