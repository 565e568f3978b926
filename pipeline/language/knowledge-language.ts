/** What the look-up of answers knows of one language. */
export interface KnowledgeLanguage {
  /** What means nothing wherever it stands: "um", "you know". Global. */
  readonly fillers: RegExp;
  /** What only takes the turn, at the beginning of a sentence: "okay, so". */
  readonly openings: RegExp;
  /** One word for what is written as one or as two: "wi-fi" as "wifi". */
  joined(lowerText: string): string;
  /** Words that tell no entry from another. */
  readonly stopWords: ReadonlySet<string>;
  /** What a word has in common with its other forms: "room" of "rooms". */
  stem(word: string): string;
  /** What callers say that no entry answers; nearer to what was said than the nearest entry, it wins. */
  readonly offTopic: readonly string[];
  /** Words an answer would be wrong without, when it is put in other words for a mood: numbers, "not", "free". */
  readonly weightyWords: ReadonlySet<string>;
  /** The two questions that may be in one breath; undefined where there is one. */
  twoQuestions(text: string): readonly [string, string] | undefined;
  /** One or the other. */
  either(one: string, other: string): string;
  /** Asks which of two entries is meant. */
  askWhich(one: string, other: string): string;
  /** Which of the two was meant, by its place: "the first one". Words in lower case, without punctuation. */
  placeIn(words: string): 'first' | 'second' | undefined;
}
