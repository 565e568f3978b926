import type { Ratio } from './units.ts';

/** How a caller sounds, as far as a machine can guess. `unsure`: hesitant or confused. */
export type Tone = 'neutral' | 'happy' | 'sad' | 'upset' | 'unsure';

export const TONES: readonly Tone[] = ['neutral', 'happy', 'sad', 'upset', 'unsure'];

/** How likely each tone is; they add up to 1. */
export type ToneShares = Readonly<Record<Tone, Ratio>>;

/**
 * What a guess at a tone rests on. `words`: the meaning of the whole text; `cues`: single words of it, where its meaning was not there in time;
 * `sound`: the voice against the caller's own first turns; `model`: a model that listened to it; `before`: the turn before, known too late for that.
 */
export type ToneSource = 'words' | 'cues' | 'sound' | 'model' | 'before';

/** A voice against the same caller's first turns: facts, not feelings. */
export interface VoiceChange {
  readonly raised: boolean;
  readonly levelDb: number;
  readonly pitchSemitones?: number;
  /** Syllables a second against the caller's own; above 1 is faster. */
  readonly rateRatio?: number;
}

export interface ToneReading {
  readonly tone: Tone;
  readonly confidence: Ratio;
  readonly basis: readonly ToneSource[];
  readonly voice?: VoiceChange;
}
