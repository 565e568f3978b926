import type { SpurtSound } from '#domain/leg-media';
import type { Ms, Ratio } from '#domain/units';

/** What is known of a sound that the voice detector took for speech and in which recognition found no words. */
export interface WordlessSound {
  readonly voicedMs: Ms;
  /** It began while the bot spoke. */
  readonly overBot: boolean;
  /** Of its longest talkspurt; absent where that was too short to measure. */
  readonly sound: SpurtSound | undefined;
  /** Recognition's own probability that nobody spoke. */
  readonly noSpeech: Ratio;
}

/** Why such a sound is not answered; undefined: somebody spoke, and is told that they were not understood. */
export type NotSpeech = 'echo' | 'too-short' | 'too-long' | 'unlike-speech';

/**
 * Whether somebody spoke. No measure tells speech from noise alone: a hum has a pitch, a cough has a level, music has both, and each of them is
 * now and then missing from speech. So several have to agree, and one may dissent.
 */
export function notSpeech({ voicedMs, overBot, sound, noSpeech }: WordlessSound): NotSpeech | undefined {
  if (overBot) return 'echo';
  if (sound === undefined || voicedMs < MIN_VOICED_MS) return 'too-short';
  if (voicedMs > MAX_VOICED_MS) return 'too-long';
  const agree = [
    voicedMs >= SURE_VOICED_MS,
    isBetween(sound.speechRatio, MIN_SPEECH_RATIO, 1),
    isBetween(sound.pitchHz, MIN_PITCH_HZ, MAX_PITCH_HZ) && isBetween(sound.pitchedRatio, MIN_PITCHED_RATIO, 1),
    isBetween(sound.pitchSpreadSemitones, MIN_SPREAD_SEMITONES, MAX_SPREAD_SEMITONES),
    sound.levelDbov >= MIN_LEVEL_DBOV,
    noSpeech <= MAX_NO_SPEECH,
  ];
  return agree.filter((holds) => !holds).length <= MAX_DISSENT ? undefined : 'unlike-speech';
}

function isBetween(value: number | undefined, low: number, high: number): boolean {
  return value !== undefined && value >= low && value <= high;
}

/** "No" has 200 ms or so; a click and most coughs have less. */
const MIN_VOICED_MS = 180;
const SURE_VOICED_MS = 250;
/** Nobody says so much of which not one word is understood: music, or a machine. A guess. */
const MAX_VOICED_MS = 12_000;
/** Mean of the detector over what counts as speech: it is near 0.9 for voices, and hovers about its threshold for music and barking. Guesses. */
const MIN_SPEECH_RATIO = 0.75;
/** Speaking voices, men's to children's. */
const MIN_PITCH_HZ = 70;
const MAX_PITCH_HZ = 380;
/** Speech is voiced for half of the time or more; coughs, breath and knocks hardly. */
const MIN_PITCHED_RATIO = 0.35;
/** A hum or a dial tone keeps its pitch, a voice never does; tunes and barks leap. From the first to the last tenth; guesses. */
const MIN_SPREAD_SEMITONES = 0.3;
const MAX_SPREAD_SEMITONES = 14;
/** Of active speech on a line: -26 is usual, -40 is far from the telephone. */
const MIN_LEVEL_DBOV = -42;
/** As `NO_SPEECH_LIMIT` of the recogniser's own guards. */
const MAX_NO_SPEECH = 0.6;
const MAX_DISSENT = 1;
