/**
 * Pitch of one window of a voice, by YIN (de Cheveigné and Kawahara 2002): the first dip of the normalised difference function, refined by a
 * parabola. Undefined where nothing periodic sounds. `samples` at 8 kHz, `from` the first of `PITCH_WINDOW_SAMPLES`.
 */
export function pitchHz(samples: Float32Array, from: number): number | undefined {
  // Half the rate is enough up to 400 Hz, and costs a quarter.
  for (let i = 0; i < HALF_SAMPLES; i += 1) half[i] = samples[from + 2 * i]! + samples[from + 2 * i + 1]!;
  let sum = 0;
  let best = -1;
  for (let lag = 1; lag <= MAX_LAG; lag += 1) {
    let difference = 0;
    for (let i = 0; i < COMPARED_SAMPLES; i += 1) {
      const gap = half[i]! - half[i + lag]!;
      difference += gap * gap;
    }
    sum += difference;
    const value = sum === 0 ? 1 : (difference * lag) / sum;
    normal[lag] = value;
    if (best < 0 && lag > MIN_LAG && normal[lag - 1]! < THRESHOLD && value >= normal[lag - 1]!) best = lag - 1;
    if (best >= 0) break;
  }
  if (best < 0) return undefined;
  const [before, at, after] = [normal[best - 1]!, normal[best]!, normal[best + 1]!];
  const curve = before - 2 * at + after;
  const lag = curve > 0 ? best + (before - after) / (2 * curve) : best;
  return HALF_RATE_HZ / lag;
}

/** 64 ms at 8 kHz: two periods of the lowest voice. */
export const PITCH_WINDOW_SAMPLES = 512;
const HALF_RATE_HZ = 4000;
const HALF_SAMPLES = PITCH_WINDOW_SAMPLES / 2;
/** 400 Hz and 62 Hz. */
const MIN_LAG = 10;
const MAX_LAG = 64;
const COMPARED_SAMPLES = HALF_SAMPLES - MAX_LAG;
/** The paper's 0.1 is for clean speech; a telephone line adds noise. */
const THRESHOLD = 0.2;
/** Work space of the thread. */
const half = new Float32Array(HALF_SAMPLES);
const normal = new Float32Array(MAX_LAG + 2);
