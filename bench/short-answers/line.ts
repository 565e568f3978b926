import { decodeLaw, encodeLaw } from '#callers/g711';
import { noiseLoop } from '#callers/speech-level';
import { SeededRandom } from '#kit/seeded-random';

/** A caller's line at 8 kHz with the answer on it, through G.711: a second before it, so that detection knows the line, and a second behind. */
export function lineWith(
  speech: Int16Array,
  options: { readonly seed: number; readonly noise?: Int16Array; readonly snrDb?: number },
): Int16Array {
  const random = new SeededRandom(options.seed);
  const line = new Int16Array(LEAD_SAMPLES + speech.length + TAIL_SAMPLES);
  line.set(speech, LEAD_SAMPLES);
  const background =
    options.snrDb === undefined
      ? hiss(line.length, options.seed % 2 === 0 ? 0 : QUIET_LINE, random)
      : noiseLoop(options.noise ?? roomNoise(line.length, random), [speech], options.snrDb);
  const from = background.length > line.length ? random.whole(0, background.length - 1) : 0;
  const mixed = line.map((sample, at) => clipped(sample + (background[(from + at) % background.length] as number)));
  return decodeLaw('pcmu', encodeLaw('pcmu', mixed));
}

function hiss(length: number, amplitude: number, random: SeededRandom): Int16Array {
  return Int16Array.from({ length }, () => Math.round((random.next() * 2 - 1) * amplitude));
}

/** Falls by 6 dB an octave above 300 Hz, as rooms and cars about do. */
function roomNoise(length: number, random: SeededRandom): Int16Array {
  let low = 0;
  return Int16Array.from({ length }, () => (low += 0.21 * ((random.next() * 2 - 1) * 20_000 - low)));
}

function clipped(sample: number): number {
  return Math.max(-32768, Math.min(32767, sample));
}

/** At 8 kHz. */
const LEAD_SAMPLES = 8000;
const TAIL_SAMPLES = 8000;
/** -63 dBov, a quiet analogue line; every other line is digitally silent. */
const QUIET_LINE = 40;
