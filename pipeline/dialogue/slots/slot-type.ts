import type { Ratio } from '#domain/units';

/** What a slot holds, as it goes to actions and records: plain JSON. */
export type SlotValue =
  | string
  | number
  | boolean
  /** `amount` in whole currency units, two decimals at most; `currency` by ISO 4217. */
  | { readonly amount: number; readonly currency: string };

/** A moment as calendars and clocks on the wall show it where the persona lives; `weekday` 0 is Sunday. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly weekday: number;
}

export interface SlotContext {
  readonly now: CivilTime;
  /** The bot has just asked for this slot: a bare "two" is an answer. Otherwise only what is said beyond doubt counts ("for two people"). */
  readonly asked: boolean;
  /** Values of the form's other slots that help to read this one, such as the date that a time belongs to. */
  readonly known: Readonly<Record<string, SlotValue>>;
  /** Another slot of the same type reads the same words: "from Friday to Monday" answers both, and is no choice of two days for one. */
  readonly shared?: boolean;
}

/** What one slot finds in an utterance; `span` is where, in characters from and up to, so that other slots leave it alone. */
export type SlotReading =
  | { readonly kind: 'value'; readonly value: SlotValue; readonly span: Span; readonly confidence: Ratio }
  /** "two or three", "at six" where morning and evening are possible: ask which. */
  | { readonly kind: 'ambiguous'; readonly values: readonly SlotValue[]; readonly span: Span }
  /** It was meant for this slot but cannot be: the 31st of June, nine digits of ten. */
  | { readonly kind: 'invalid'; readonly code: string; readonly span: Span }
  | { readonly kind: 'none' };

export type Span = readonly [from: number, to: number];

/** One type of slot with its settings (choices, lengths, ranges); pure. */
export interface SlotType {
  readonly type: string;
  read(utterance: string, context: SlotContext): SlotReading;
  /** As the bot says it back: "half past two in the afternoon", "four one five, five five five ...". */
  say(value: SlotValue, context: Pick<SlotContext, 'now'>): string;
  /** JSON Schema (2020-12) of the value, for LLM tools and for checking arguments. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Whether this is a value of the type, within its settings. */
  accepts(value: unknown): value is SlotValue;
  /** Names that recognition should expect: those of the choices. Words that it knows anyway make it hear them where they are not (docs/decisions/2026-11-28-expected-words.md). */
  readonly hotwords: readonly string[];
  /** What turn-taking should expect: digits wait for more, a yes ends at once. */
  readonly expects: 'digits' | 'yes-no' | 'words';
  /** Keys on the keypad are an answer; read as if the digits had been said. */
  readonly takesKeys: boolean;
}
