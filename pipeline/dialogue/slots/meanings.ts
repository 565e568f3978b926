import type { CivilDay } from './calendar.ts';

// What a language reads out of words, before a slot's settings make a value of it.

export type DayHalf = 'am' | 'pm';

/** A time on the wall; `half` is absent where morning and evening are both possible. */
export type TimeMeaning =
  | { readonly kind: 'clock'; readonly minutes: number; readonly half: DayHalf | 'known' | undefined }
  /** So many minutes from now. */
  | { readonly kind: 'from-now'; readonly minutes: number }
  /** "25 o'clock". */
  | { readonly kind: 'impossible' };

/** Durations in whole minutes. A bare number has no unit yet. */
export type DurationMeaning = { readonly kind: 'minutes'; readonly minutes: number } | { readonly kind: 'bare'; readonly count: number };

/** An amount in whole units; `currency` is absent where none was said. */
export interface AmountMeaning {
  readonly amount: number;
  readonly currency: string | undefined;
}

/** An address, lower case. `incomplete`: an @ without a domain behind it. */
export type EmailMeaning = { readonly kind: 'address'; readonly address: string } | { readonly kind: 'incomplete' };

export type DateMeaning = { readonly kind: 'day'; readonly day: CivilDay; readonly confidence: number } | { readonly kind: 'no-such-date' };

/** How 3/4 is read. */
export type DayOrder = 'month-day' | 'day-month';

/** Digits as said, from token `from` up to token `to`; `plus` where an international prefix was said. */
export interface DigitRun {
  readonly digits: string;
  readonly plus: boolean;
  /** It reads like a time, "5:55", and nothing else was said with it. */
  readonly clock?: boolean;
  readonly from: number;
  readonly to: number;
}
