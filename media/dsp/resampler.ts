import { invariant } from '#domain/assert';
import { designLowPass } from './fir-design.ts';
import { firKernel, type Taps } from './fir-kernel.ts';

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
      return new PolyphaseResampler(DOUBLER);
    case '16>8':
      return new PolyphaseResampler(HALF);
    case '24>8':
    case '48>16':
      return new PolyphaseResampler(THIRD);
    case '24>16':
      return new PolyphaseResampler(TWO_THIRDS);
    case '16>24':
      return new PolyphaseResampler(THREE_HALVES);
    default:
      return conversion satisfies never;
  }
}

/** For each group of inputs one output of each phase, in turn. */
interface Design {
  readonly inputMultiple: number;
  readonly historySamples: number;
  readonly delaySamples: number;
  readonly phases: readonly Phase[];
}

interface Phase {
  /** Where in history and group, one after the other, its taps begin. */
  readonly from: number;
  readonly taps: Taps;
}

class PolyphaseResampler implements Resampler {
  readonly inputMultiple: number;
  readonly delaySamples: number;
  readonly #phases: readonly Phase[];
  readonly #history: Float32Array;

  constructor(design: Design) {
    this.inputMultiple = design.inputMultiple;
    this.delaySamples = design.delaySamples;
    this.#phases = design.phases;
    this.#history = new Float32Array(design.historySamples);
  }

  process(input: Int16Array, count: number, output: Int16Array): number {
    invariant(count % this.inputMultiple === 0, 'the resampler takes whole groups of samples');
    let written = 0;
    for (let at = 0; at < count; at += MAX_BLOCK_SAMPLES)
      written += this.#block(input, at, Math.min(MAX_BLOCK_SAMPLES, count - at), output, written);
    return written;
  }

  reset(): void {
    this.#history.fill(0);
  }

  #block(input: Int16Array, from: number, count: number, output: Int16Array, into: number): number {
    const { line, made } = firKernel;
    const history = this.#history;
    const phases = this.#phases;
    const groups = count / this.inputMultiple;
    line.set(history);
    for (let i = 0, at = history.length; i < count; i += 1, at += 1) line[at] = input[from + i]!;
    for (let i = 0; i < phases.length; i += 1) {
      const phase = phases[i]!;
      firKernel.fir(phase.taps, phase.from, this.inputMultiple, groups, i, phases.length);
    }
    const written = groups * phases.length;
    for (let i = 0; i < written; i += 1) output[into + i] = made[i]!;
    for (let i = 0; i < history.length; i += 1) history[i] = line[count + i]!;
    return written;
  }
}

/** With the longest history, and what is read behind the last group, less than the kernel's line; whole groups of every conversion. */
const MAX_BLOCK_SAMPLES = 1_440;
const KAISER_BETA = 7.5;

/** Twice the rate: every second output is an input sample, the others come from a symmetric half-band filter. 16 inputs on each side: 2 ms at 8 kHz. */
const DOUBLER: Design = (() => {
  const side = 16;
  const full = designLowPass(4 * side - 1, 0.25, KAISER_BETA, 2);
  const half = Float64Array.from({ length: side }, (_, k) => full[2 * side + 2 * k] ?? 0);
  const sum = half.reduce((a, b) => a + b, 0);
  const taps = Float64Array.from({ length: 2 * side }, (_, k) => (half[k < side ? side - 1 - k : k - side]! * 0.5) / sum);
  return {
    inputMultiple: 1,
    historySamples: 2 * side,
    delaySamples: side,
    phases: [
      { from: side, taps: firKernel.keep(Float64Array.of(1)) },
      { from: 1, taps: firKernel.keep(taps) },
    ],
  };
})();
/** 2 ms at 16 kHz; -6 dB at 4 kHz. */
const HALF = decimator(2, designLowPass(65, 0.25, KAISER_BETA, 1));
/** 2.3 ms at 24 kHz; the stop band begins near 4.1 kHz, 3.4 kHz loses about 1 dB. */
const THIRD = decimator(3, designLowPass(111, 0.1515, KAISER_BETA, 1));
/** A low pass at twice the input rate (48 kHz for 24 kHz in), of which every third value is needed: it falls on an input sample or between two. */
const TWO_THIRDS = fractional(3, 2, 48);
/** The same at three times the input rate (48 kHz for 16 kHz in), of which every second value is needed. 1 ms of delay. */
const THREE_HALVES = fractional(2, 3, 32);

function decimator(factor: number, taps: Float64Array): Design {
  const historySamples = taps.length - 1;
  return {
    inputMultiple: factor,
    historySamples,
    delaySamples: historySamples / 2,
    phases: [{ from: 0, taps: firKernel.keep(taps) }],
  };
}

/** `growth` outputs for `inputMultiple` inputs, by a filter that reaches `side` inputs back. */
function fractional(inputMultiple: number, growth: number, side: number): Design {
  const full = designLowPass(growth * side + 1, 0.1515, KAISER_BETA, growth);
  return {
    inputMultiple,
    historySamples: side,
    delaySamples: side / 2,
    phases: Array.from({ length: growth }, (_, output) => {
      const at = output * inputMultiple;
      const first = at % growth;
      const length = Math.ceil((full.length - first) / growth);
      // The newest input comes last in the line, and its tap is the first.
      const taps = Float64Array.from({ length }, (_tap, k) => full[first + growth * (length - 1 - k)]!);
      return { from: side + Math.floor(at / growth) - (length - 1), taps: firKernel.keep(taps) };
    }),
  };
}
