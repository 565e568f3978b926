import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW, readingTable, slotOf, takenOf, which } from './callers.ts';
import { addDays, dateWordings, isoDate, weekdayOf } from './date-wordings.ts';

const taken = (utterance: string): unknown => takenOf({ type: 'date' }, utterance);

describe('another day was booked, with full confidence, because a part of what was said was not read', () => {
  const days: readonly (readonly [utterance: string, day: string])[] = [
    ['Friday night, November 27th', '2026-11-27'], ['the second Sunday of December', '2026-12-13'], ['Friday in two weeks', '2026-12-04'], ['a week on Friday', '2026-11-27'],
    ['the last Friday of November', '2026-11-27'], ['first Monday of next month', '2026-12-07'], ['2nd of this month', '2026-11-02'], ['Friday evening the 27th', '2026-11-27'],
    ['on Friday night, on November 27th', '2026-11-27'], ['Friday, at eight, November 27th', '2026-11-27'], ['Friday November 27', '2026-11-27'], ['Friday the 27', '2026-11-27'],
    ['the first Sunday in January', '2027-01-03'], ['second to last Friday of December', '2026-12-18'], ['the last day of November', '2026-11-30'], ['the first of December', '2026-12-01'],
    ['first Friday after the 20th of December', '2026-12-25'], ['in two weeks on Friday', '2026-12-04'], ['Friday two weeks from now', '2026-12-04'], ['Friday in a week', '2026-11-27'],
    ['Friday in two days', '2026-11-20'], ['a week Friday', '2026-11-27'], ['a week today', '2026-11-25'], ['two weeks from Friday', '2026-12-04'], ['a fortnight on Friday', '2026-12-04'],
    ['Friday fortnight', '2026-12-04'], ['a week on Tuesday', '2026-12-01'], ['a week from the 20th', '2026-11-27'], ['for a week from Friday', '2026-11-20'],
    ['for two weeks on Friday', '2026-11-20'], ['2nd of next month', '2026-12-02'], ['the 2nd of the month', '2026-12-02'], ['the 20th of this month', '2026-11-20'],
    ['the 5th of last month', '2026-10-05'], ['tomorrow, Thursday', '2026-11-19'], ['tomorrow, the 19th', '2026-11-19'], ['today, Wednesday', '2026-11-18'],
    ['Friday this week', '2026-11-20'], ['this week on Friday', '2026-11-20'], ['next week, on Tuesday', '2026-11-24'], ['next week at ten on Tuesday', '2026-11-24'],
    ['sometime next week, Friday would be best', '2026-11-27'], ["next week's Friday", '2026-11-27'], ['Wednesday the 25th', '2026-11-25'], ['Wednesday, November 11th', '2026-11-11'],
    ['next Friday', '2026-11-27'], ['next Friday, November 20th', '2026-11-20'], ['this Friday, November 20th', '2026-11-20'], ['why not Friday', '2026-11-20'],
    ["I can't do Friday, Saturday works", '2026-11-21'], ['the day after the 20th', '2026-11-21'], ['the day before Christmas', '2026-12-24'], ['three days before Christmas', '2026-12-22'],
    ['the Monday after Thanksgiving', '2026-11-30'], ['Christmas Eve', '2026-12-24'], ["New Year's Eve", '2026-12-31'], ['March 3rd, 1985', '1985-03-03'],
    ['the third of March nineteen eighty five', '1985-03-03'], ['March 3rd next year', '2027-03-03'], ['March 3rd of this year', '2026-03-03'], ['November 27th 2027', '2027-11-27'],
    ['November 27th of 2027', '2027-11-27'], ['Friday, November 27th, 2026', '2026-11-27'], ['Friday 12/4', '2026-12-04'], ['12/4, Friday', '2026-12-04'], ['Friday 2026-12-04', '2026-12-04'],
    ['on Friday at ten for two people', '2026-11-20'], ['Friday after three', '2026-11-20'], ['Friday before noon', '2026-11-20'], ['Friday afternoon, two hours', '2026-11-20'],
    ['on the 27th for two weeks', '2026-11-27'], ['Friday works for me', '2026-11-20'], ['how about Friday', '2026-11-20'], ['I think Friday is good', '2026-11-20'],
    ['Friday the first one you have', '2026-11-20'], ['tomorrow, my name is April', '2026-11-19'], ['May I come on Friday', '2026-11-20'], ['Friday please, I have two minutes', '2026-11-20'],
    ['Monday is fine, Monday', '2026-11-23'], ['Friday, that is the twentieth', '2026-11-20'], ['Friday in the second half of the day', '2026-11-20'],
    ['tomorrow for the whole day', '2026-11-19'], ['Friday, November the twentieth, twenty twenty six', '2026-11-20'], ['yes Friday', '2026-11-20'], ['Thursday of next week', '2026-11-26'],
    ['on Thursday the week after next', '2026-12-03'], ['the day after tomorrow, Friday', '2026-11-20'], ["the 27th of November, that's a Friday", '2026-11-27'],
    ['the coming Friday', '2026-11-20'], ['December 4th is a Friday, right? so December 4th', '2026-12-04'], ['a month from tomorrow', '2026-12-19'],
  ];
  it.each(days)('"%s" is %s, without a question', (utterance, day) => expect(taken(utterance)).toBe(day));
});

describe('half a sentence about a day was taken for sure', () => {
  const guesses = [
    'Friday next week, December 4th', 'Friday the 25th', 'Tuesday the 25th', 'Saturday, November 27th', 'the fifth Friday of November', 'the second Friday', 'the last Friday',
    'the third week of December', 'Friday in three days', 'Tuesday in two weeks', 'the 31st of this month', 'tomorrow, Friday', 'today, Tuesday', 'next week, December 4th',
    'next Friday the 4th', 'this Friday, November 27th', 'every Friday', 'after Friday', 'before the 20th', 'not Friday', 'any day but Friday', 'any day except Friday', 'Friday or later',
    'the weekend after Friday', 'around the 20th', 'early December', 'Friday and Saturday', 'from Friday to Monday', 'in a week or two', 'in a week and a half', 'the Friday before last',
    'every other Friday', 'Friday, November 27th, 2027', 'Saturday 12/4', 'Friday or Saturday next week', 'the 20th or 21st of December', 'December 20th or 21st',
    'Friday morning or Saturday afternoon', 'Friday the week after', 'two Fridays from now', 'the Friday in the week of December 7th', 'Friday 13th', 'the thirteenth, Friday',
  ];
  it.each(guesses)('"%s" is asked about', (utterance) => expect(taken(utterance)).toBeUndefined());
});

describe('which of two days was meant was not asked', () => {
  readingTable({ type: 'date' }, { asked: true }, [
    ['Friday next week, December 4th', which('2026-11-27', '2026-12-04')], ['Sunday, December 5th', which('2026-12-05', '2026-12-06')], ['Tuesday the 25th', which('2026-11-24', '2026-11-25')], ['tomorrow, Friday', which('2026-11-19', '2026-11-20')],
    ['Tuesday in two weeks', which('2026-12-01', '2026-12-08')], ['Friday or Saturday next week', which('2026-11-27', '2026-11-28')], ['the 20th or 21st of December', which('2026-12-20', '2026-12-21')], ['December 20th or 21st', which('2026-12-20', '2026-12-21')],
    ['from Friday to Monday', which('2026-11-20', '2026-11-23')], ['the second Friday', which('2026-11-27', '2026-12-11')], ['Monday to Wednesday next week', which('2026-11-23', '2026-11-25')],
  ]);
  it('two days are no choice for a form that has a slot for each', () => {
    const read = (utterance: string): unknown => slotOf({ type: 'date' }).read(utterance, { now: NOW, asked: true, known: {}, shared: true });
    expect(read('from Friday to Monday')).toMatchObject({ kind: 'value', value: '2026-11-20', confidence: 1 });
    expect(read('from the 20th to the 22nd of December')).toMatchObject({ kind: 'value', value: '2026-12-20', confidence: 1 });
  });
});

describe('every day', () => {
  const now = fc.integer({ min: 0, max: 2000 }).map((days) => addDays({ year: 2026, month: 1, day: 1 }, days));
  it('is read as itself in each of its wordings, or asked about', () => {
    const type = slotOf({ type: 'date' });
    fc.assert(fc.property(now, fc.integer({ min: 1, max: 300 }), (today, ahead) => {
      const day = addDays(today, ahead);
      const context = { now: { ...today, hour: 10, minute: 0, weekday: weekdayOf(today) }, asked: true, known: {} };
      for (const { text, clear } of dateWordings(day, today)) {
        const reading = type.read(text, context);
        const value = reading.kind === 'value' && reading.confidence >= 0.55 ? reading.value : 'asked';
        expect([text, isoDate(today), value]).toEqual([text, isoDate(today), value === 'asked' && !clear ? 'asked' : isoDate(day)]);
      }
    }), { numRuns: 1500 });
  });
});
