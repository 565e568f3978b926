import type { Tone } from '#domain/tone';

/** A pattern in the lower-case text that goes with a tone. */
export interface ToneCue {
  readonly tone: Exclude<Tone, 'neutral'>;
  readonly pattern: RegExp;
}

/** What one language needs for tones to be read in its words. */
export interface ToneLanguage {
  readonly examples: Readonly<Record<Tone, readonly string[]>>;
  readonly cues: readonly ToneCue[];
  /** A sentence about somebody or something else. */
  readonly aboutOthers: RegExp;
  /** Matches the text before a cue that means its opposite. */
  readonly negation: RegExp;
  readonly atEase: RegExp;
  /** A text in lower case as people speak, which is how the cues are written: "I'm", "don't". */
  contracted(lowerText: string): string;
}
