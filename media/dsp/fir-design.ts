/**
 * Windowed-sinc low pass, Kaiser window. `cutoffRatio` is the -6 dB point as a share of the sample rate; taps sum to
 * `gain`. `beta` 7.5 gives about -78 dB in the stop band.
 */
export function designLowPass(tapCount: number, cutoffRatio: number, beta: number, gain: number): Float64Array {
  const taps = new Float64Array(tapCount);
  const middle = (tapCount - 1) / 2;
  let sum = 0;
  for (let i = 0; i < tapCount; i += 1) {
    const x = i - middle;
    const sinc = x === 0 ? 2 * cutoffRatio : Math.sin(2 * Math.PI * cutoffRatio * x) / (Math.PI * x);
    const position = x / (middle + 1);
    const tap = sinc * bessel0(beta * Math.sqrt(1 - position * position));
    taps[i] = tap;
    sum += tap;
  }
  for (let i = 0; i < tapCount; i += 1) taps[i] = (taps[i]! * gain) / sum;
  return taps;
}

/** Modified Bessel function of the first kind and order 0, by its series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
