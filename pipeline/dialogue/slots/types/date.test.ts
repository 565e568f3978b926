import { describe, expect, it } from 'vitest';
import { NOW, nothing, readingTable, slotOf, which, wrong } from '../testing/reading-table.ts';

describe('dates', () => {
  readingTable({ type: 'date' }, { asked: false }, [
    ['today', '2026-11-18'],
    ['tomorrow', '2026-11-19'],
    ['for tomorrow morning please', '2026-11-19'],
    ['the day after tomorrow', '2026-11-20'],
    ['yesterday', '2026-11-17'],
    ['tonight', '2026-11-18'],
    ['on Friday', '2026-11-20'],
    ['Friday', '2026-11-20'],
    ['this Friday', '2026-11-20'],
    ['next Friday', '2026-11-27'],
    ['next Tuesday', '2026-11-24'],
    ['this coming Monday', '2026-11-23'],
    ['Friday next week', '2026-11-27'],
    ['the Friday after next', '2026-11-27'],
    ['Friday week', '2026-11-27'],
    ['a week from Tuesday', '2026-12-01'],
    ['a week from today', '2026-11-25'],
    ['two weeks from tomorrow', '2026-12-03'],
    ['two days after tomorrow', '2026-11-21'],
    ['in three days', '2026-11-21'],
    ['in a week', '2026-11-25'],
    ['in a fortnight', '2026-12-02'],
    ['in two months', '2027-01-18'],
    ['ten days from now', '2026-11-28'],
    ['March the twenty first', '2027-03-21'],
    ['the twenty-first of March', '2027-03-21'],
    ['March 21st, 2027', '2027-03-21'],
    ['21 March', '2027-03-21'],
    ['Dec. 24', '2026-12-24'],
    ['December twenty fourth twenty twenty seven', '2027-12-24'],
    ['on the third', '2026-12-03'],
    ['on the 21st', '2026-11-21'],
    ['the third of next month', '2026-12-03'],
    ['Tuesday the 24th', '2026-11-24'],
    ['Tuesday, November 24th.', '2026-11-24'],
    ['Monday. March 15th.', '2027-03-15'],
    ['On Monday. The 15th of March.', '2027-03-15'],
    ['12/24', '2026-12-24'],
    ['2026-12-24', '2026-12-24'],
    ['12/24/2026', '2026-12-24'],
    ['Tuesday or Thursday', which('2026-11-24', '2026-11-19')],
    ['the 20th or the 21st', which('2026-11-20', '2026-11-21')],
    ['Wednesday', which('2026-11-18', '2026-11-25')],
    ['the thirty first of June', wrong('no-such-date')],
    ['February 30th', wrong('no-such-date')],
    ['February 29th', '2028-02-29'],
    ['June 31', wrong('no-such-date')],
    ['next week', nothing],
    ['in two hours', nothing],
    ['two people', nothing],
    ['I may come', nothing],
    ['the first floor', nothing],
    ['the second one', nothing],
    ['half past two', nothing],
    ['march', nothing],
    ['', nothing],
  ]);
  readingTable({ type: 'date' }, { asked: true }, [['the third', '2026-12-03'], ['twenty first', '2026-11-21'], ['the forty fifth', wrong('no-such-date')]]);
  readingTable({ type: 'date', order: 'day-month' }, { asked: true }, [['3/4', '2027-04-03'], ['24.12.2026', '2026-12-24']]);
  readingTable({ type: 'date', from: 'today', daysAhead: 30, weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] }, {}, [
    ['yesterday', wrong('past')], ['last Friday', wrong('past')], ['Saturday', wrong('closed-day')], ['in two months', wrong('too-late')], ['Friday', '2026-11-20'], ['Saturday or Monday', '2026-11-23'],
  ]);
  readingTable({ type: 'date', from: 'tomorrow' }, {}, [['today', wrong('too-early')], ['tomorrow', '2026-11-19'], ['Wednesday', '2026-11-25']]);

  it('is less sure of "next Friday" while this week has one to come', () => {
    const reading = slotOf({ type: 'date' }).read('next Friday', { now: NOW, asked: true, known: {} });
    expect(reading).toMatchObject({ kind: 'value', confidence: 0.65 });
  });

  it('says the day so that nobody mistakes it', () => {
    const type = slotOf({ type: 'date' });
    expect(['2026-11-18', '2026-11-19', '2026-11-24', '2027-03-21', '2027-11-02'].map((value) => type.say(value, { now: NOW })))
      .toEqual(['today, Wednesday, November 18th', 'tomorrow, Thursday, November 19th', 'Tuesday, November 24th', 'Sunday, March 21st', 'Tuesday, November 2nd, 2027']);
  });
});
