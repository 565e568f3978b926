/**
 * Core: where an energy gate with a hangover cuts the first utterance out of a recording, as the first two generations'
 * voice detector did: so long after the last loud frame, whatever was meant.
 */
export interface Utterance {
  /** What is sent, the silence behind it included. */
  readonly pcm: Int16Array;
  /** From the beginning of the recording: the end of the last loud frame of the utterance, and the cut. */
  readonly lastSoundMs: number;
  readonly cutMs: number;
}

/** `pcm`: 16 kHz. Silence is thought behind its end, as a microphone gives it. Undefined: there is nothing loud in it. */
export function cutUtterance(pcm: Int16Array, hangoverMs: number): Utterance | undefined {
  let lastLoudMs: number | undefined;
  for (let frame = 0; frame * FRAME_SAMPLES < pcm.length; frame += 1) {
    const startMs = frame * FRAME_MS;
    if (lastLoudMs !== undefined && startMs - lastLoudMs >= hangoverMs) break;
    if (isLoud(pcm.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES))) lastLoudMs = startMs + FRAME_MS;
  }
  if (lastLoudMs === undefined) return undefined;
  const cutMs = lastLoudMs + hangoverMs;
  const sent = new Int16Array(cutMs * SAMPLES_PER_MS);
  sent.set(pcm.subarray(0, sent.length));
  return { pcm: sent, lastSoundMs: lastLoudMs, cutMs };
}

/** End of the last loud frame of a recording, ms; 0 for silence. */
export function lastSoundMs(pcm: Int16Array): number {
  for (let frame = Math.ceil(pcm.length / FRAME_SAMPLES) - 1; frame >= 0; frame -= 1) {
    if (isLoud(pcm.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES))) return (frame + 1) * FRAME_MS;
  }
  return 0;
}

function isLoud(frame: Int16Array): boolean {
  let sum = 0;
  for (const sample of frame) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, frame.length)) >= LOUD_RMS;
}

const FRAME_MS = 20;
const SAMPLES_PER_MS = 16;
const FRAME_SAMPLES = FRAME_MS * SAMPLES_PER_MS;
/** -45 dBFS, as everywhere in the benches. */
const LOUD_RMS = 32_768 * 10 ** (-45 / 20);
