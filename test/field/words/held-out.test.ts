import { describe, expect, it } from 'vitest';
import { takenOf } from './callers.ts';

/** The form asks. */
const ASKED: readonly unknown[] = [undefined];

/**
 * Wordings that were written down before the readers of dates and numbers were, and not looked at until those were done: what may be
 * taken of each without a question. 31 of 124 were right before, 123 after the first run.
 */
const WORDINGS: Readonly<Record<string, readonly (readonly [utterance: string, may: readonly unknown[]])[]>> = {
  date: [
    ['Saturday evening, December fifth', ['2026-12-05']], ['Monday morning the thirtieth', ['2026-11-30']], ['Thursday lunchtime, the 26th of November', ['2026-11-26']],
    ['the third Thursday of January', ['2027-01-21']], ['the last Monday in December', ['2026-12-28']], ['the first Tuesday of the month', ASKED], ['Monday in three weeks', ASKED],
    ['two weeks on Monday', ['2026-12-07']], ['a fortnight on Saturday', ['2026-12-05']], ['the 3rd of this month', ['2026-11-03']], ['the 15th of next month', ['2026-12-15']],
    ['the last day of the month', ['2026-11-30']], ['Tuesday the 27th', ASKED], ['Sunday, December 5th', ASKED], ['next Tuesday, December 1st', ASKED],
    ['next Friday, November 27th', ['2026-11-27']], ['this Friday, the 20th', ['2026-11-20']], ['not this Friday but the one after', ASKED], ['any day but Friday', ASKED],
    ['every Friday', ASKED], ['some time after Friday', ASKED], ['the day after Friday', ['2026-11-21']], ['the day before Monday', ['2026-11-22']],
    ['two days before Friday', ['2026-11-18']], ['a week before December 10th', ['2026-12-03']], ['a month from Friday', ['2026-12-20']], ['in a week and a half', ASKED],
    ['Monday to Wednesday', ASKED], ['between Monday and Wednesday', ASKED], ['the twenty seventh, a Friday', ['2026-11-27']], ['the fourth of December, Friday', ['2026-12-04']],
    ['December 4th, Thursday', ASKED], ['Friday December the fourth at noon', ['2026-12-04']], ['a week tomorrow', ['2026-11-26']], ['Friday the week after next', ['2026-12-04']],
    ['the week after next on Friday', ['2026-12-04']], ['next week Friday', ['2026-11-27']], ['next week on Tuesday please', ['2026-11-24']], ['March 3rd next year', ['2027-03-03']],
    ['Friday at six in the evening, the 27th', ['2026-11-27']], ['the second week of December', ASKED], ['the weekend after Friday', ASKED], ['Friday or later', ASKED],
    ['Friday 12/4', ['2026-12-04']], ['Thursday 12/4', ASKED], ["Monday, that's the seventh of December", ['2026-12-07']], ['the Friday after the 20th', ['2026-11-27']],
    ['the Monday before Christmas', [undefined, '2026-12-21']], ['March 3rd 1985', ['1985-03-03']], ['I would like to come on Friday with two people at three please', ['2026-11-20']],
    ['Friday would be great, if you have a room', ['2026-11-20']], ['Can I have it on Friday the 27th for two hours?', ['2026-11-27']], ['Friday for two nights', ['2026-11-20']],
    ['tomorrow after lunch', ['2026-11-19']], ['tomorrow before noon', ['2026-11-19']], ['Friday first thing in the morning', ['2026-11-20']],
  ],
  number: [
    ['three hundred and twelve thousand four hundred and five', [312405]], ['nine hundred ninety nine thousand nine hundred ninety nine', [999999]], ['a quarter of a million', [250000]],
    ['one hundred thousand', [100000]], ['seven hundred fifty k', [750000]], ['a thousand and a half', [1500]], ['two and three quarters', [2.75]], ['one point two million', [1200000]],
    ['a few hundred', ASKED], ['several thousand', ASKED], ['minus point five', [-0.5]], ['1,5', [1.5]], ['12 500', [12500]], ['three to four', ASKED], ['one half', [0.5]],
    ['twenty-five hundred', [2500]], ['two million three hundred thousand', [2300000]], ['4 hundred thousand', [400000]],
  ],
  money: [
    ['three hundred fifty thousand dollars', [{ amount: 350000, currency: 'USD' }]], ['$2.5 million', [{ amount: 2500000, currency: 'USD' }]],
    ['$750k', [{ amount: 750000, currency: 'USD' }]], ['half a million euros', [{ amount: 500000, currency: 'EUR' }]], ['19,99 euros', [{ amount: 19.99, currency: 'EUR' }]],
    ['€1.234,56', [{ amount: 1234.56, currency: 'EUR' }]], ['12 000 dollars', [{ amount: 12000, currency: 'USD' }]], ['three and a half grand', [{ amount: 3500, currency: 'USD' }]],
    ['one and a half million pounds', [{ amount: 1500000, currency: 'GBP' }]], ['between 20 and 30 dollars', ASKED], ['$20 to $30', ASKED], ['$20-30', ASKED],
    ['a couple hundred dollars', [{ amount: 200, currency: 'USD' }]], ['a few hundred dollars', ASKED], ['a hundred and fifty dollars please', [{ amount: 150, currency: 'USD' }]],
    ['twelve hundred dollars', [{ amount: 1200, currency: 'USD' }]],
  ],
  count: [
    ['myself and two others', [3]], ['me plus four friends', [5]], ['half a dozen people', [6]], ['eight to ten guests', ASKED], ['between five and seven of us', ASKED],
    ['3-4 people', ASKED], ['my wife, my son and me', [3]], ['a party of five', [5]], ['a table for six', [6]], ['a dozen and a half people', [18]], ['a couple hundred people', [200]],
    ['one hundred fifty thousand people', [150000]], ['two people please', [2]], ['we will be seven', [7]],
  ],
  duration: [
    ['1,5 hours', [90]], ['2½ hours', [150]], ['half an hour or so', [undefined, 30]], ['one and three quarter hours', [105]], ['two to three hours', ASKED], ['0.5 hours', [30]],
    ['point five hours', [30]], ['one and a half days', [2160]],
  ],
  time: [
    ['two five pm', [undefined, '14:05']], ['eleven seven a.m.', [undefined, '11:07']], ['9 5 am', [undefined, '09:05']], ['four three zero pm', [undefined, '16:30']],
    ['half past two in the afternoon', ['14:30']], ['six oh five pm', ['18:05']],
  ],
  phone: [
    ['4:15 555 0123', ['+14155550123']], ['four one five 5:55 01:23', ['+14155550123']], ['415 55 5:01 23', ['+14155550123']], ['my number is 4:15, 5:55, oh 1:23', ['+14155550123']],
    ['at 2:30', ASKED], ['415 555 0123 at 2:30 pm', ['+14155550123']],
  ],
};

for (const [type, rows] of Object.entries(WORDINGS)) {
  describe(`a wording of a ${type} that nobody had in mind`, () => {
    it.each(rows)('"%s"', (utterance, may) => expect(may).toContainEqual(takenOf({ type }, utterance)));
  });
}
