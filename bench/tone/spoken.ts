import { decodeLaw, encodeLaw } from '#callers/g711';
import { resample, type Sound } from '#callers/wav';

/** How a line is said, against the same voice saying it plainly. */
export interface Manner {
  readonly name: string;
  /** Ratios. */
  readonly speed: number;
  readonly pitch: number;
  readonly gainDb: number;
  /** Whether that is what a raised voice sounds like. */
  readonly isRaised: boolean;
}

export const MANNERS: readonly Manner[] = [
  { name: 'plain', speed: 1, pitch: 1, gainDb: 0, isRaised: false },
  { name: 'louder', speed: 1, pitch: 1, gainDb: 9, isRaised: true },
  { name: 'raised', speed: 1.12, pitch: 1.17, gainDb: 6, isRaised: true },
  { name: 'quiet', speed: 1, pitch: 1, gainDb: -8, isRaised: false },
  { name: 'slow', speed: 0.85, pitch: 0.95, gainDb: -3, isRaised: false },
];

/** The speed that speech is made at, so that it has the manner's speed once its pitch is changed by playing it faster. */
export function synthesisSpeed({ speed, pitch }: Manner): number {
  return speed / pitch;
}

/** Speech that was made at `synthesisSpeed` in that manner, as a telephone line brings it: 8 kHz, mu-law. */
export function byTelephone(sound: Sound, { pitch, gainDb }: Manner): Int16Array {
  // Read as if it had been made at a higher rate, it is higher and shorter.
  const pcm = resample({ sampleRateHz: Math.round(sound.sampleRateHz * pitch), pcm: sound.pcm }, 8000);
  const gain = LINE_GAIN * 10 ** (gainDb / 20);
  return decodeLaw(
    'pcmu',
    encodeLaw(
      'pcmu',
      pcm.map((sample) => Math.max(-32768, Math.min(32767, Math.round(sample * gain)))),
    ),
  );
}

/** Plain speech at -30 dBov leaves room for a raised voice; the voices are made at -21. */
const LINE_GAIN = 0.35;
