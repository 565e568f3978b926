import { describe, expect, it } from 'vitest';
import { makeSpeakable } from './english.ts';
import { nothing, readingTable, takenOf } from './callers.ts';

// What was booked was what the caller had ruled out, or half of what they had said.

function asked(spec: Readonly<Record<string, unknown>>, utterances: readonly string[]): void {
  it.each(utterances)('"%s" is asked about', (utterance) => expect(takenOf(spec, utterance)).toBeUndefined());
}

describe('"not this Friday but the one after" was this Friday', () => {
  asked({ type: 'date' }, [
    'Friday, but not this one', 'Friday, not this one but the one after', 'Friday, not the next one', 'Friday after this one', 'Friday, the one after this', 'Monday, not this one but the next', 'Friday minus one',
    'Black Friday', 'Good Friday', 'Cyber Monday', 'Palm Sunday', 'Super Bowl Sunday', 'on the eve of December 5th', 'Friday, 27.11.', 'Friday 27.11.', '4.12. Friday',
  ]);
  readingTable({ type: 'date' }, { asked: true }, [['Christmas Eve', '2026-12-24'], ['Friday 27.11.2026', '2026-11-27'], ['Friday at 7.10.', '2026-11-20'], ['Friday 7.30', '2026-11-20'], ['that sounds good, Friday', '2026-11-20']]);
});

describe('"not nine" was nine', () => {
  asked({ type: 'time' }, ['not 9 pm', 'any time but 9 pm', 'except 9 pm', 'no later than 9 pm', '9 pm at the latest', '9 pm or later', '9 pm minus ten minutes', 'twenty to', 'twenty past', 'five past']);
  readingTable({ type: 'time' }, { asked: true }, [['noon thirty', '12:30'], ['noon', '12:00'], ['midnight 20 November', '00:00'], ['noon ten people', '12:00'], ['noon 20th', '12:00'], ['five past', nothing], ['twenty past nine pm', '21:20'], ['but at 9 pm', '21:00'], ['by 9 pm', '21:00']]);
});

describe('"2:30 hours" were thirty hours, "an hour and twenty" one hour', () => {
  readingTable({ type: 'duration', maxMinutes: 10_080 }, { asked: true }, [
    ['2:30 hours', 150], ['1:15 hours', 75], ['2:30 h', 150], ['2:30', 150], ['two thirty hours', 150], ['an hour and twenty', 80], ['an hour and 20', 80], ['two hours and ten please', 130], ['hour and ten', 70], ['1 h 20', 80],
    ['for two hours and ten people', 120], ['an hour and a half', 90], ['thirty hours', 1800], ['two 30 minute slots', 30],
  ]);
  asked({ type: 'duration' }, ['less than an hour', 'more than an hour', 'at least two hours', 'up to three hours', 'an hour minus ten minutes', 'just under an hour', 'twice an hour']);
});

describe('"point five million dollars" were a whole million', () => {
  readingTable({ type: 'money', currency: 'USD' }, { asked: true }, [['point five million dollars', { amount: 500_000, currency: 'USD' }], ['point two five million', { amount: 250_000, currency: 'USD' }], ['zero point five million dollars', { amount: 500_000, currency: 'USD' }]]);
  readingTable({ type: 'number' }, { asked: true }, [['point five million', 500_000], ['point five', 0.5], ['.5 million', 500_000]]);
});

describe('"three couples" were three people', () => {
  asked({ type: 'count' }, ['three couples', 'three pairs', 'twice four', 'ten except my wife', 'ten minus one', 'four besides me', 'four not counting me', 'up to five', 'twenty-odd people', 'point five']);
});

describe('a key at the end of a line was not said', () => {
  it.each([
    ['Press * or #', 'Press star or pound'], ['Press #', 'Press pound'], ['Enter your code, then #', 'Enter your code, then pound'], ['Press #\nThen wait.', 'Press pound. Then wait.'], ['# Prices', 'Prices'], ['## Prices ##', 'Prices'], ['The key is #', 'The key is pound'],
  ])('%j is said as %j', (written, said) => expect(makeSpeakable(written)).toBe(said));
});
