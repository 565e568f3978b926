import type { CorrectionWords } from '../dialogue/slots/corrections.ts';
import type { SlotSpec } from '../dialogue/slots/slot-spec.ts';

/** All that forms know of one language, besides how values are said. */
export interface FormLanguage {
  readonly corrections: CorrectionWords;
  readonly hears: FormHearing;
  readonly says: FormSayings;
}

/** What callers say about a form instead of filling it in. Words come as `wordsOf` makes them: lower case, without punctuation. */
export interface FormHearing {
  /** Words around an answer that make it no other one: "please", "well". */
  readonly polite: ReadonlySet<string>;
  /** Words between values; some of them sound like numbers. */
  readonly little: ReadonlySet<string>;
  /** What is said of a day and of its time at once: "tomorrow evening". */
  readonly partsOfDay: RegExp;
  /** Words in front of the name of a slot: "the date". */
  readonly articles: ReadonlySet<string>;
  /** How callers call a slot of a type, besides its own name. */
  readonly slotNames: Partial<Readonly<Record<SlotSpec['type'], readonly string[]>>>;
  /** "Nothing", said to what is optional. */
  isNothing(words: readonly string[]): boolean;
  /** Asks for what is still to be said, and not for help with the question. */
  asksWhatIsNeeded(words: readonly string[]): boolean;
  /** What is asked about in "what rooms do you have?": "room", in the singular and the plural. */
  choicesAskedFor(words: readonly string[]): readonly string[] | undefined;
  /** Which of several things in a row, and nothing else: 0 for "the first one", -1 for "the last". */
  placeIn(words: readonly string[]): number | undefined;
  /** The last place where something is taken back in the same breath: from the mark before "no, make it" up to what is meant. */
  findTakenBack(text: string): { readonly from: number; readonly to: number } | undefined;
  /** "Until eleven": where it begins, and the moment named. */
  findUntil(text: string): { readonly from: number; readonly moment: string } | undefined;
  /** "What time is breakfast?", but not a hesitant "Mountain View?". */
  asksSomething(text: string): boolean;
  /** "A person" is no number of people here. */
  wantsAPerson(text: string): boolean;
}

/** What a form says of its own accord; the texts are fixed, so that their speech is ready. */
export interface FormSayings {
  readonly sorry: string;
  readonly change: string;
  readonly stillAtIt: string;
  readonly cannotStop: string;
  readonly offerMessage: string;
  readonly goAhead: string;
  readonly whichSuits: string;
  readonly nextDay: string;
  readonly fromTheStart: string;
  readonly yesOrNo: string;
  readonly keysForYesAndNo: string;
  readonly keypad: string;
  readonly hasAll: string;
  readonly done: string;
  readonly cancelled: string;
  readonly givesUp: string;
  /** What is wrong with a value, by the codes of the slot types. */
  readonly invalid: Readonly<Record<string, string>>;
  readonly notPossible: string;
  /** "a, b or c" */
  or(parts: readonly string[]): string;
  /** Values that were changed. */
  okay(values: readonly string[]): string;
  didYouSay(value: string): string;
  readBack(values: readonly string[]): string;
  needs(labels: readonly string[]): string;
  canChoose(values: readonly string[]): string;
}
