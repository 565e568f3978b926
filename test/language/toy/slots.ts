import { addDays, type Found, type SlotLanguage, type Token } from '#pipeline/language';
import { DIGITS, sayDigits } from './numbers.ts';

/** Each token that `meaning` makes something of. */
function findEach<T>(tokens: readonly Token[], meaning: (word: string) => T | undefined, sure: boolean): readonly Found<T>[] {
  return tokens.flatMap((token, at) => {
    const value = meaning(token.text);
    return value === undefined ? [] : [{ values: [value], from: at, to: at + 1, sure }];
  });
}

const numberOf = (word: string): number | undefined =>
  DIGITS.includes(word) ? DIGITS.indexOf(word) : /^\d+$/.test(word) ? Number(word) : undefined;

export const slots: SlotLanguage = {
  or: new Set(['qau']),
  not: new Set(['qoi']),
  isRange: () => false,
  findDates: (tokens, now) =>
    findEach(tokens, (word) => (word === 'qorrom' ? { kind: 'day' as const, day: addDays(now, 1), confidence: 1 } : undefined), true),
  findTimes: (tokens) =>
    tokens.flatMap((token, at) => {
      const hour = token.text === 'qora' ? numberOf(tokens[at + 1]?.text ?? '') : undefined;
      return hour === undefined
        ? []
        : [{ values: [{ kind: 'clock' as const, minutes: hour * 60, half: 'known' as const }], from: at, to: at + 2, sure: true }];
    }),
  findDurations: () => [],
  findNumbers: (tokens) => findEach(tokens, numberOf, false),
  findCounts: (tokens) =>
    tokens.flatMap((token, at) => {
      const count = numberOf(token.text);
      const isCounted = tokens[at + 1]?.text === 'qomi';
      return count === undefined ? [] : [{ values: [count], from: at, to: at + (isCounted ? 2 : 1), sure: isCounted }];
    }),
  findAmounts: () => [],
  findYesNo: (tokens) => findEach(tokens, (word) => (word === 'qai' ? true : word === 'qoi' ? false : undefined), false),
  findDigitRuns: () => [],
  findNames: () => [],
  findEmails: () => [],
  findPosition: () => [],
  singular: (word) => word,
  sounds: [],
  smallWords: new Set(['qle']),
  textOpenings: [],
  say: {
    date: ({ month, day }) => `qdi ${sayDigits(`${day}`)} qme ${sayDigits(`${month}`)}`,
    time: (minutes) => `qora ${sayDigits(`${Math.floor(minutes / 60)}`)}`,
    duration: (minutes) => `${sayDigits(`${minutes}`)} qmi`,
    number: (value) => sayDigits(`${value}`),
    money: (amount) => `${sayDigits(`${amount}`)} qor`,
    yesNo: (value) => (value ? 'qai' : 'qoi'),
    digits: sayDigits,
    plus: 'qpl',
    email: () => 'qem',
    people: (count) => `${sayDigits(`${count}`)} qomi`,
  },
};
