/** Speech through a hand over the mouth: without its upper half, and 12 dB softer. `pcm` at 8 kHz. */
export function mumbled(pcm: Int16Array): Int16Array {
  let first = 0;
  let second = 0;
  return pcm.map((sample) => {
    first += SMOOTHING * (sample - first);
    second += SMOOTHING * (first - second);
    return Math.round(second * GAIN);
  });
}

/** Two poles at some 900 Hz. */
const SMOOTHING = 0.5;
const GAIN = 0.25;
