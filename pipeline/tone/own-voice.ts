import type { VoiceChange } from '#domain/tone';
import type { Ms } from '#domain/units';

/** What was measured of one turn of the caller. */
export interface TurnSound {
  readonly levelDbov: number;
  readonly pitchHz?: number;
  readonly voicedMs: Ms;
}

export interface OwnVoiceOptions {
  readonly raisedDb: number;
  readonly raisedWithPitchDb: number;
  readonly raisedSemitones: number;
}

/**
 * Core: a caller's voice against the same caller's first turns. What lines, telephones and people are like by themselves falls out that way; it also
 * means that whoever shouts from the first word on is taken for somebody with a loud voice.
 */
export class OwnVoice {
  readonly #options: OwnVoiceOptions;
  readonly #levels: number[] = [];
  readonly #pitches: number[] = [];
  readonly #rates: number[] = [];

  constructor(options: OwnVoiceOptions) {
    this.#options = options;
  }

  /** Undefined while nothing is known to compare with. */
  compare(sound: TurnSound, text: string): VoiceChange | undefined {
    const level = mean(this.#levels);
    if (level === undefined || sound.voicedMs < MIN_VOICED_MS) return undefined;
    const levelDb = sound.levelDbov - level;
    const [pitch, rate, ownRate] = [mean(this.#pitches), rateOf(sound, text), mean(this.#rates)];
    const pitchSemitones = pitch === undefined || sound.pitchHz === undefined ? undefined : 12 * Math.log2(sound.pitchHz / pitch);
    const { raisedDb, raisedWithPitchDb, raisedSemitones } = this.#options;
    const raised = levelDb >= raisedDb || (levelDb >= raisedWithPitchDb && (pitchSemitones ?? 0) >= raisedSemitones);
    return {
      raised,
      levelDb,
      ...(pitchSemitones !== undefined && { pitchSemitones }),
      ...(rate !== undefined && ownRate !== undefined && { rateRatio: rate / ownRate }),
    };
  }

  /** A turn is over. The first ones say how this caller speaks, unless one is out of line with those before. */
  remember(sound: TurnSound, text: string): void {
    if (this.#levels.length >= FIRST_TURNS || sound.voicedMs < MIN_VOICED_MS) return;
    if (this.compare(sound, text)?.raised === true) return;
    this.#levels.push(sound.levelDbov);
    if (sound.pitchHz !== undefined) this.#pitches.push(sound.pitchHz);
    const rate = rateOf(sound, text);
    if (rate !== undefined) this.#rates.push(rate);
  }
}

function rateOf({ voicedMs }: TurnSound, text: string): number | undefined {
  const syllables = text.toLowerCase().match(/[aeiouyàâäéèêëîïôöùûüáíóúñ]+/g)?.length ?? 0;
  return syllables < MIN_SYLLABLES ? undefined : (syllables * 1000) / voicedMs;
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A guess: enough to know somebody by, and over before a call gets heated. */
const FIRST_TURNS = 3;
/** "Yes" is too short to measure. */
const MIN_VOICED_MS = 500;
const MIN_SYLLABLES = 5;
