import type { BreakWords } from '../language/speech-language.ts';
import { findBreaks, isWordStart, type Break } from './text-breaks.ts';

export interface SentenceSplitterOptions {
  /** Words that the first piece needs to end at a clause; it is spoken while the rest is still being written. */
  readonly firstClauseWords: number;
  /** A later sentence of more words than this may end at a clause. */
  readonly longSentenceWords: number;
  /** No piece is longer. */
  readonly maxChars: number;
}

/**
 * Core: cuts the text of a reply, as it comes from the language model, into pieces to be spoken. Nothing is lost or
 * changed: the pieces joined are the text. A piece keeps the white space behind it.
 */
export class SentenceSplitter {
  readonly #words: BreakWords;
  readonly #options: SentenceSplitterOptions;
  #text = '';
  #pieces = 0;

  constructor(words: BreakWords, options: Partial<SentenceSplitterOptions> = {}) {
    this.#words = words;
    this.#options = { ...DEFAULTS, ...options };
  }

  /** The pieces that are certain now, whatever follows. */
  push(text: string): readonly string[] {
    this.#text += text;
    return this.#takeAll(false);
  }

  /** The text has ended: everything that is left. */
  flush(): readonly string[] {
    const pieces = this.#takeAll(true);
    const rest = this.#text;
    this.#text = '';
    this.#pieces = 0;
    return rest === '' ? pieces : [...pieces, rest];
  }

  #takeAll(ended: boolean): string[] {
    const pieces: string[] = [];
    for (;;) {
      const length = this.#nextLength(ended);
      if (length === 0) return pieces;
      pieces.push(this.#text.slice(0, length));
      this.#text = this.#text.slice(length);
      this.#pieces++;
    }
  }

  /** The length of the next piece, 0 if it is not certain yet. */
  #nextLength(ended: boolean): number {
    const { maxChars } = this.#options;
    // What is certain must not depend on how the text arrived, so the same stretch is always looked at.
    const seen = this.#text.slice(0, maxChars + LOOKAHEAD_CHARS);
    const breaks = findBreaks(seen, ended && seen.length === this.#text.length, this.#words).filter((found) => found.end <= maxChars);
    const wanted = breaks.find((found) => this.#isWanted(found));
    if (wanted !== undefined) return wanted.end;
    const tooLong = this.#text.length > (ended ? maxChars : maxChars + LOOKAHEAD_CHARS);
    return tooLong ? this.#forcedLength(breaks) : 0;
  }

  #isWanted(found: Break): boolean {
    if (found.kind === 'sentence') return true;
    return this.#pieces === 0 ? found.words >= this.#options.firstClauseWords : found.words > this.#options.longSentenceWords;
  }

  /** No wanted break within the limit: the last clause in its second half, else the last space, else mid-word. */
  #forcedLength(breaks: readonly Break[]): number {
    const { maxChars } = this.#options;
    const clause = breaks.at(-1);
    if (clause !== undefined && clause.end > maxChars / 2) return clause.end;
    for (let end = maxChars; end > maxChars / 2; end--) {
      if (isWordStart(this.#text, end)) return end;
    }
    // Not between the halves of a character outside the basic plane.
    return isHighSurrogate(this.#text.charCodeAt(maxChars - 1)) ? maxChars - 1 : maxChars;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

/** Four words are about a second of speech, in which the next piece is made. The others are guesses. */
const DEFAULTS: SentenceSplitterOptions = { firstClauseWords: 4, longSentenceWords: 12, maxChars: 220 };
/** Enough for the word that tells whether the dot before it ended a sentence. */
const LOOKAHEAD_CHARS = 40;
