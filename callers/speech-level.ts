/** A 20 ms frame louder than this is speech, in all the benches: dB relative to a full-scale sine's peak (dBFS, RMS). */
const SPEECH_DBFS = -45;
export const FRAME_SAMPLES = 160; // 20 ms at 8 kHz

const SPEECH_MEAN_SQUARE = (32768 * 10 ** (SPEECH_DBFS / 20)) ** 2;

export function isSpeech(frame: Int16Array): boolean {
  return frame.length > 0 && meanSquare(frame) > SPEECH_MEAN_SQUARE;
}

export function meanSquare(frame: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < frame.length; i++) sum += (frame[i] as number) ** 2;
  return frame.length === 0 ? 0 : sum / frame.length;
}

export interface SpeechSpan {
  /** Indices of 20 ms frames; `undefined` where nothing is loud enough. */
  readonly firstFrame: number | undefined;
  readonly lastFrame: number | undefined;
  readonly frames: number;
  /** Mean square over the frames with speech. */
  readonly activeMeanSquare: number;
}

/** Where speech lies in a sound, counted in 20 ms frames from its beginning; at 8 kHz unless a frame has more samples. */
export function speechSpan(pcm: Int16Array, frameSamples = FRAME_SAMPLES): SpeechSpan {
  const frames = Math.ceil(pcm.length / frameSamples);
  let firstFrame: number | undefined;
  let lastFrame: number | undefined;
  let sum = 0;
  let active = 0;
  for (let i = 0; i < frames; i++) {
    const frame = pcm.subarray(i * frameSamples, (i + 1) * frameSamples);
    if (!isSpeech(frame)) continue;
    firstFrame ??= i;
    lastFrame = i;
    sum += meanSquare(frame);
    active++;
  }
  return { firstFrame, lastFrame, frames, activeMeanSquare: active === 0 ? 0 : sum / active };
}

/** Background noise for a whole call: a loop of a sound, scaled to lie `snrDb` below the speech of the given sounds. */
export function noiseLoop(noise: Int16Array, speech: readonly Int16Array[], snrDb: number): Int16Array {
  const levels = speech.map((pcm) => speechSpan(pcm).activeMeanSquare).filter((x) => x > 0);
  const reference = levels.length === 0 ? (32768 * 10 ** (-26 / 20)) ** 2 : levels.reduce((a, b) => a + b, 0) / levels.length;
  const gain = Math.sqrt(reference / 10 ** (snrDb / 10) / Math.max(1, meanSquare(noise)));
  return noise.map((x) => Math.max(-32768, Math.min(32767, Math.round(x * gain))));
}
