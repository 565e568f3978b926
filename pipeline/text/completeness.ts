import type { Inside, TextShape, TurnLanguage } from '../language/turn-language.ts';
import { lastSentence, wordsOf } from './words.ts';

/** The words by which a language that writes words apart shows whether a text is complete; all in lower case, as `wordsOf` gives them. */
export interface CompletenessWords {
  readonly fillers: ReadonlySet<string>;
  /** Fillers where nothing else is said: "well". */
  readonly loneFillers: ReadonlySet<string>;
  readonly conjunctions: ReadonlySet<string>;
  /** Conjunctions that may end a question, or be all that is said: "so?" */
  readonly endingConjunctions: ReadonlySet<string>;
  readonly determiners: ReadonlySet<string>;
  /** A determiner with the word before it that ends nonetheless: "have some". */
  readonly determinerEnds: ReadonlySet<string>;
  readonly prepositions: ReadonlySet<string>;
  readonly prepositionEnds: ReadonlySet<string>;
  /** Ends that want an object: "i would like". */
  readonly openEnds: readonly string[];
  readonly subjects: ReadonlySet<string>;
  /** A subject behind one of these has its verb still to come, as behind a conjunction: "that i". */
  readonly beforeSubject: ReadonlySet<string>;
  /** Behind these an address is said, `little` words between them: "i live at". */
  readonly addresses: { readonly after: ReadonlySet<string>; readonly little: ReadonlySet<string> };
  /** Single letters at the end of a text that spell nothing: "a.m." */
  readonly notSpelt: RegExp;
  readonly questionWords: ReadonlySet<string>;
  /** Behind a question word, these begin a sentence that asks nothing: "what i want". */
  readonly subjectless: ReadonlySet<string>;
  readonly yesNoOpeners: ReadonlySet<string>;
  /** At the end of a question, asks for a yes: "right?" */
  readonly yesNoEndings: ReadonlySet<string>;
  /** Offers a choice. */
  readonly or: ReadonlySet<string>;
  /** Asks for something in a sentence that is no question: "tell me". */
  readonly requests: RegExp;
  readonly yesNo: ReadonlySet<string>;
  /** May stand around a yes or a no. */
  readonly polite: ReadonlySet<string>;
  readonly yesPhrases: ReadonlySet<string>;
  /** The first word of a no. */
  readonly noes: ReadonlySet<string>;
  /** Leaves what was offered: "never mind". */
  readonly leavesIt: RegExp;
  /** All of the words. */
  readonly greetings: RegExp;
  /** The end of the words. */
  readonly goodbyes: RegExp;
  /** A goodbye that can mean nothing else. */
  readonly byes: RegExp;
  /** Whether a text stops in a string of digits that may go on: a telephone number, a postcode, a code. */
  endsInDigits(text: string): boolean;
}

type Completeness = Pick<TurnLanguage, 'shapeOf' | 'goesOn' | 'isYesNo' | 'declines' | 'isGoodbye' | 'takesLeave' | 'askedBy'>;

/** Judges whether a text is complete by what it begins and ends with. Digits, punctuation and `?` mean the same in every language. */
export function completenessBy(by: CompletenessWords): Completeness {
  return {
    shapeOf: (text) => shapeOf(text, by),
    goesOn: (text) => {
      const [first = ''] = wordsOf(text);
      return by.prepositions.has(first) || by.conjunctions.has(first);
    },
    isYesNo: (text) => isYesNo(text, by),
    declines: (text) => {
      if (isGoodbye(text, by)) return true;
      const words = wordsOf(text);
      return (isYesNo(text, by) && by.noes.has(words[0] ?? '')) || by.leavesIt.test(words.join(' '));
    },
    isGoodbye: (text) => isGoodbye(text, by),
    takesLeave: (text) => {
      const words = wordsOf(text);
      return words.length <= MAX_LEAVE_WORDS && isGoodbye(text, by) && by.byes.test(words.join(' '));
    },
    askedBy: (botText) => askedBy(botText, by),
  };
}

function shapeOf(text: string, by: CompletenessWords): TextShape {
  const words = wordsOf(text);
  if (words.length === 0) return { kind: 'empty' };
  const asks = text.trim().endsWith('?');
  const sentence = lastSentence(text);
  const inside = stopsInside(sentence, wordsOf(sentence), asks, by);
  if (inside !== undefined) return { kind: 'unfinished', inside };
  if (isGoodbye(text, by)) return { kind: 'goodbye' };
  if (isYesNo(text, by)) return { kind: 'yes-no' };
  if (words.length <= MAX_GREETING_WORDS && by.greetings.test(words.join(' '))) return { kind: 'greeting' };
  if (asks || looksAsked(wordsOf(sentence), by)) return { kind: 'question' };
  if (/(\.\.\.|…)$/u.test(text.trim())) return { kind: 'trailing' };
  return words.length <= SHORT_WORDS ? { kind: 'short-phrase' } : { kind: 'statement' };
}

function isYesNo(text: string, { yesNo, polite, yesPhrases }: CompletenessWords): boolean {
  const words = wordsOf(text);
  if (words.length === 0 || words.length > MAX_YES_NO_WORDS) return false;
  return (yesNo.has(words[0] ?? '') && words.every((word) => yesNo.has(word) || polite.has(word))) || yesPhrases.has(words.join(' '));
}

function isGoodbye(text: string, { goodbyes }: CompletenessWords): boolean {
  const words = wordsOf(text);
  if (words.length === 0 || words.length > MAX_GOODBYE_WORDS) return false;
  return goodbyes.test(words.slice(-MAX_GOODBYE_PHRASE_WORDS).join(' '));
}

function askedBy(botText: string, by: CompletenessWords): ReturnType<TurnLanguage['askedBy']> {
  const sentence = lastSentence(botText);
  if (!sentence.endsWith('?')) return by.requests.test(sentence) ? 'open' : 'nothing';
  const words = wordsOf(sentence);
  if (words.some((word) => by.or.has(word) || by.questionWords.has(word))) return 'open';
  return by.yesNoOpeners.has(words[0] ?? '') || by.yesNoEndings.has(words.at(-1) ?? '') ? 'yes-no' : 'open';
}

function stopsInside(sentence: string, words: readonly string[], asks: boolean, by: CompletenessWords): Inside | undefined {
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (by.endsInDigits(sentence)) return 'digits';
  if (/[,–—:-]$/u.test(sentence.trim())) return 'punctuation';
  if (isSpelling(sentence, by)) return 'spelling';
  if (isOpenAddress(words, by)) return 'address';
  if (by.fillers.has(last) || (by.loneFillers.has(last) && before === '')) return 'filler';
  if (by.conjunctions.has(last) && !(by.endingConjunctions.has(last) && (asks || before === ''))) return 'conjunction';
  if (by.determiners.has(last) && !by.determinerEnds.has(`${before} ${last}`)) return 'determiner';
  if (asks) return undefined;
  if (words.length > 1 && by.prepositions.has(last) && !looksAsked(words, by) && !by.prepositionEnds.has(`${before} ${last}`))
    return 'preposition';
  if (words.length > 1 && by.openEnds.some((end) => ` ${words.join(' ')}`.endsWith(` ${end}`))) return 'open-verb';
  if (by.subjects.has(last) && (words.length === 1 || by.conjunctions.has(before) || by.beforeSubject.has(before))) return 'subject';
  return undefined;
}

/** Two or more single letters at the end: "S M I T", "B-R-O". One alone may be a word. */
function isSpelling(sentence: string, { notSpelt }: CompletenessWords): boolean {
  return /(^|[\s,-])[a-z]([\s,.-]+[a-z]){1,}[\s,.-]*$/i.test(sentence) && !notSpelt.test(sentence);
}

/** "My address is 12", "I live at", "12 Harbor": a house number or a street without its kind. */
function isOpenAddress(words: readonly string[], { addresses: { after, little } }: CompletenessWords): boolean {
  const at = words.findLastIndex((word) => after.has(word));
  if (at < 0) return false;
  const rest = words.slice(at + 1).filter((word) => !little.has(word));
  return rest.length < 2 || (rest.length === 2 && /^\d+$/.test(rest[0] ?? ''));
}

function looksAsked(words: readonly string[], by: CompletenessWords): boolean {
  const [first = '', second = ''] = words;
  if (words.length < 3) return false;
  return by.questionWords.has(first) ? !by.subjectless.has(second) : by.yesNoOpeners.has(first) && words.length >= 4;
}

/** From here on a phrase counts as a statement; measured on the answers callers give. */
const SHORT_WORDS = 5;
const MAX_YES_NO_WORDS = 4;
const MAX_GREETING_WORDS = 4;
const MAX_GOODBYE_WORDS = 12;
const MAX_GOODBYE_PHRASE_WORDS = 4;
const MAX_LEAVE_WORDS = 6;
