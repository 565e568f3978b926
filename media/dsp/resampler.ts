import { invariant } from '#domain/assert';
import { designLowPass } from './fir-design.ts';

/** A streaming rate conversion of one signal. Its state is its history only; work space is shared by all. */
export interface Resampler {
  /** Converts `count` samples; returns how many were written. `count` must be a multiple of `inputMultiple`. */
  process(input: Int16Array, count: number, output: Int16Array): number;
  reset(): void;
  readonly inputMultiple: number;
  /** Delay of the output against the input, in samples of the input rate. */
  readonly delaySamples: number;
}

export type Conversion = '8>16' | '16>8' | '24>8' | '24>16' | '16>24' | '48>16' | '24>48';

export function createResampler(conversion: Conversion): Resampler {
  switch (conversion) {
    case '8>16':
    case '24>48':
      return new HalfBandDoubler();
    case '16>8':
      return new FoldedDecimator(HALF_BAND_DOWN, 2);
    case '24>8':
    case '48>16':
      return new FoldedDecimator(THIRD_BAND_DOWN, 3);
    case '24>16':
      return new TwoThirds();
    case '16>24':
      return new ThreeHalves();
    default:
      return conversion satisfies never;
  }
}

/** Twice the rate: every second output is an input sample, the others come from a symmetric filter folded in half. */
class HalfBandDoubler implements Resampler {
  readonly inputMultiple = 1;
  readonly delaySamples = DOUBLER_SIDE;
  readonly #history = new Float64Array(2 * DOUBLER_SIDE);

  process(input: Int16Array, count: number, output: Int16Array): number {
    const line = loadLine(this.#history, input, count);
    const side = DOUBLER_SIDE;
    for (let i = 0; i < count; i += 1) {
      // line[i + side - 1] and line[i + side] are the neighbours of the point between them.
      let sum = 0;
      for (let k = 0, low = i + side, high = i + side + 1; k < side; k += 1) sum += DOUBLER_TAPS[k]! * (line[low - k]! + line[high + k]!);
      output[2 * i] = line[i + side]!;
      output[2 * i + 1] = clip(sum);
    }
    keepHistory(this.#history, line, count);
    return count * 2;
  }

  reset(): void {
    this.#history.fill(0);
  }
}

/** Decimation by a small factor with a symmetric filter of odd length, folded around its middle. */
class FoldedDecimator implements Resampler {
  readonly inputMultiple: number;
  readonly delaySamples: number;
  readonly #taps: Float64Array;
  readonly #history: Float64Array;

  constructor(taps: Float64Array, factor: number) {
    this.inputMultiple = factor;
    this.delaySamples = (taps.length - 1) / 2;
    this.#taps = taps;
    this.#history = new Float64Array(taps.length - 1);
  }

  process(input: Int16Array, count: number, output: Int16Array): number {
    invariant(count % this.inputMultiple === 0, 'the resampler takes whole groups of samples');
    const line = loadLine(this.#history, input, count);
    const taps = this.#taps;
    const last = taps.length - 1;
    const middle = last >> 1;
    const factor = this.inputMultiple;
    let written = 0;
    for (let at = 0; at < count; at += factor) {
      let sum = taps[middle]! * line[at + middle]!;
      for (let k = 0, low = at, high = at + last; k < middle; k += 1) sum += taps[k]! * (line[low + k]! + line[high - k]!);
      output[written] = clip(sum);
      written += 1;
    }
    keepHistory(this.#history, line, count);
    return written;
  }

  reset(): void {
    this.#history.fill(0);
  }
}

/** Two outputs for three inputs: a low pass at twice the input rate, of which only the needed phases are computed. */
class TwoThirds implements Resampler {
  readonly inputMultiple = 3;
  readonly delaySamples = TWO_THIRDS_SIDE / 2;
  readonly #history = new Float64Array(TWO_THIRDS_SIDE);

  process(input: Int16Array, count: number, output: Int16Array): number {
    invariant(count % 3 === 0, 'the resampler takes whole groups of samples');
    const line = loadLine(this.#history, input, count);
    const [even, odd] = TWO_THIRDS_PHASES;
    let written = 0;
    for (let at = 0; at < count; at += 3) {
      // Upsampled indices 2*at and 2*at + 3: the second falls between two input samples.
      output[written] = clip(convolve(line, at + TWO_THIRDS_SIDE, even));
      output[written + 1] = clip(convolve(line, at + TWO_THIRDS_SIDE + 1, odd));
      written += 2;
    }
    keepHistory(this.#history, line, count);
    return written;
  }

  reset(): void {
    this.#history.fill(0);
  }
}

/** Three outputs for two inputs: the same at three times the input rate, of which every second value is needed. */
class ThreeHalves implements Resampler {
  readonly inputMultiple = 2;
  readonly delaySamples = THREE_HALVES_SIDE / 2;
  readonly #history = new Float64Array(THREE_HALVES_SIDE);

  process(input: Int16Array, count: number, output: Int16Array): number {
    invariant(count % 2 === 0, 'the resampler takes whole groups of samples');
    const line = loadLine(this.#history, input, count);
    const [first, second, third] = THREE_HALVES_PHASES;
    let written = 0;
    for (let at = 0; at < count; at += 2) {
      // Upsampled indices 3*at, 3*at + 2 and 3*at + 4.
      output[written] = clip(convolve(line, at + THREE_HALVES_SIDE, first));
      output[written + 1] = clip(convolve(line, at + THREE_HALVES_SIDE, third));
      output[written + 2] = clip(convolve(line, at + THREE_HALVES_SIDE + 1, second));
      written += 3;
    }
    keepHistory(this.#history, line, count);
    return written;
  }

  reset(): void {
    this.#history.fill(0);
  }
}

function convolve(line: Float64Array, newest: number, taps: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < taps.length; k += 1) sum += taps[k]! * line[newest - k]!;
  return sum;
}

/** History and input, one after the other, in the work space that all resamplers of a thread share. */
function loadLine(history: Float64Array, input: Int16Array, count: number): Float64Array {
  const needed = history.length + count;
  if (sharedLine.length < needed) sharedLine = new Float64Array(needed * 2);
  const line = sharedLine;
  line.set(history, 0);
  for (let i = 0, at = history.length; i < count; i += 1, at += 1) line[at] = input[i]!;
  return line;
}

function keepHistory(history: Float64Array, line: Float64Array, count: number): void {
  for (let i = 0; i < history.length; i += 1) history[i] = line[count + i]!;
}

function clip(value: number): number {
  const rounded = Math.round(value);
  return rounded > 32767 ? 32767 : rounded < -32768 ? -32768 : rounded;
}

let sharedLine = new Float64Array(4096);

const KAISER_BETA = 7.5;
/** Input samples on each side of the point between two: 16 at 8 kHz are 2 ms. */
const DOUBLER_SIDE = 16;
/** The odd phase of a half-band filter of 4 * side - 1 taps with gain 2, from the middle outwards. */
const DOUBLER_TAPS = (() => {
  const full = designLowPass(4 * DOUBLER_SIDE - 1, 0.25, KAISER_BETA, 2);
  const taps = Float64Array.from({ length: DOUBLER_SIDE }, (_, k) => full[2 * DOUBLER_SIDE - 1 + 2 * k + 1] ?? 0);
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => (tap * 0.5) / sum);
})();
/** 2 ms at 16 kHz; -6 dB at 4 kHz. */
const HALF_BAND_DOWN = designLowPass(65, 0.25, KAISER_BETA, 1);
/** 2.3 ms at 24 kHz; the stop band begins near 4.1 kHz, 3.4 kHz loses about 1 dB. */
const THIRD_BAND_DOWN = designLowPass(111, 0.1515, KAISER_BETA, 1);
/** Input samples of history: the filter works at 48 kHz for 24 kHz in. */
const TWO_THIRDS_SIDE = 48;
const TWO_THIRDS_PHASES = (() => {
  const full = designLowPass(2 * TWO_THIRDS_SIDE + 1, 0.1515, KAISER_BETA, 2);
  const phase = (first: number) => Float64Array.from({ length: Math.ceil((full.length - first) / 2) }, (_, k) => full[first + 2 * k]!);
  return [phase(0), phase(1)] as const;
})();
/** Input samples of history: the filter works at 48 kHz for 16 kHz in. 1 ms of delay. */
const THREE_HALVES_SIDE = 32;
const THREE_HALVES_PHASES = (() => {
  const full = designLowPass(3 * THREE_HALVES_SIDE + 1, 0.1515, KAISER_BETA, 3);
  const phase = (first: number) => Float64Array.from({ length: Math.ceil((full.length - first) / 3) }, (_, k) => full[first + 3 * k]!);
  return [phase(0), phase(1), phase(2)] as const;
})();
