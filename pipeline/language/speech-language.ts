/** All that speaking knows of one language: how written text is said, and where it may be cut into pieces. */
export interface SpeechLanguage {
  /** Plain text with what the voice misreads written as it is said: figures, dates, abbreviations, addresses. What it has said once stays as it is. */
  say(text: string): string;
  readonly markup: MarkupWords;
  readonly breaks: BreakWords;
  /** How fast it is spoken, about. */
  readonly charsPerSecond: number;
}

/** What stands for signs that are no words, and tells a date from the mark of a list. */
export interface MarkupWords {
  /** Behind a number, in the place of a star: "5 ★". */
  readonly star: string;
  /** The beginning of a line that goes on with a month: behind "12." it makes a date. */
  readonly month: RegExp;
}

export interface BreakWords {
  /**
   * What a dot behind `word` means when something follows that could begin a sentence. `may-end`: an abbreviation that is
   * the last word of a sentence now and then; `time`: likewise, but a day or a time zone may belong to it.
   */
  dotAfter(word: string): 'ends' | 'never-ends' | 'before-number' | 'time' | 'may-end';
  /** What an ordinal belongs to: "24. Dezember". */
  readonly month: RegExp;
  readonly belongsToTime: RegExp;
  /** Words that begin a sentence far more often than they follow an abbreviation inside one. */
  readonly sentenceOpeners: RegExp;
  /** A word with a capital wherever it stands: "I". */
  readonly innerCapital: RegExp;
}

/** Matches nothing: for what a language does not have. */
export const NOTHING = /(?!)/;
