import type { CivilDay } from '../dialogue/slots/calendar.ts';
import type {
  AmountMeaning,
  DateMeaning,
  DayOrder,
  DigitRun,
  DurationMeaning,
  EmailMeaning,
  TimeMeaning,
} from '../dialogue/slots/meanings.ts';
import type { Found } from '../dialogue/slots/reading.ts';
import type { CivilTime } from '../dialogue/slots/slot-type.ts';
import type { Token } from '../dialogue/slots/tokens.ts';

/** The tokens `from` up to `to`. */
export interface TokenSpan {
  readonly from: number;
  readonly to: number;
}

/** All that the slot types know of one language: how values are heard, and said back. */
export interface SlotLanguage {
  /** Words that join alternatives: "two or three". */
  readonly or: ReadonlySet<string>;
  readonly not: ReadonlySet<string>;
  /** "Ten to twelve", "2-3", "between five and seven": by the tokens of the two numbers. */
  isRange(tokens: readonly Token[], low: TokenSpan, high: TokenSpan): boolean;
  findDates(tokens: readonly Token[], now: CivilTime, order: DayOrder): readonly Found<DateMeaning>[];
  findTimes(tokens: readonly Token[]): readonly Found<TimeMeaning>[];
  findDurations(tokens: readonly Token[]): readonly Found<DurationMeaning>[];
  findNumbers(tokens: readonly Token[], units: readonly string[]): readonly Found<number>[];
  findCounts(tokens: readonly Token[], units: readonly string[]): readonly Found<number>[];
  findAmounts(tokens: readonly Token[]): readonly Found<AmountMeaning>[];
  findYesNo(tokens: readonly Token[]): readonly Found<boolean>[];
  findDigitRuns(tokens: readonly Token[]): readonly DigitRun[];
  findNames(tokens: readonly Token[], maxWords: number): readonly Found<string>[];
  findEmails(tokens: readonly Token[]): readonly Found<EmailMeaning>[];
  /** Which of `count` things in a row was meant: "the second one", "the last". */
  findPosition(tokens: readonly Token[], count: number): readonly Found<number>[];
  /** One of several: recognition adds endings to names ("libraries"). */
  singular(word: string): string;
  /** Letters that sound alike on the telephone, one after the other: choices are also found by a rough key of their sound. */
  readonly sounds: readonly (readonly [spelling: RegExp, sound: string])[];
  /** Words that carry nothing of a choice's name. */
  readonly smallWords: ReadonlySet<string>;
  /** What comes before an answer in free words: "it is about", "um". */
  readonly textOpenings: readonly (readonly string[])[];
  readonly say: {
    date(day: CivilDay, today: CivilDay): string;
    time(minutes: number): string;
    duration(minutes: number): string;
    number(value: number): string;
    money(amount: number, currency: string): string;
    yesNo(value: boolean): string;
    digits(digits: string, groups?: readonly number[]): string;
    plus: string;
    email(address: string): string;
    people(count: number): string;
  };
}
