import { describe, expect, it } from 'vitest';
import { NOW, nothing, readingTable, slotOf, which, wrong } from '../testing/reading-table.ts';

describe('times', () => {
  readingTable({ type: 'time' }, {}, [
    ['half past two', '14:30'], ['half past 2', '14:30'], ['quarter to five', '16:45'], ['a quarter past five', '17:15'], ['quarter past three', '15:15'],
    ['twenty five past three', '15:25'], ['ten to four', '15:50'], ['ten minutes to four', '15:50'], ['five after one', '13:05'], ['twenty of three', '14:40'],
    ['two thirty p m', '14:30'], ['2:30 p.m.', '14:30'], ['2.30 PM', '14:30'], ['2:30pm', '14:30'], ['2 30', '14:30'], ['2, 30 p.m.', '14:30'], ['At 2. 15 PM.', '14:15'], ['2, 3 p.m.', '15:00'], ['2:30', '14:30'], ['230', '14:30'],
    ['twelve-thirty', '12:30'], ['two oh five', '14:05'], ['fourteen thirty', '14:30'], ['14:30', '14:30'], ['1430', '14:30'], ['fifteen hundred hours', '15:00'], ['08:15', '08:15'],
    ['two', '14:00'], ["two o'clock", '14:00'], ["at 2 o'clock sharp", '14:00'], ['noon', '12:00'], ['twelve noon', '12:00'], ['midday', '12:00'], ['midnight', '00:00'],
    ['two in the afternoon', '14:00'], ['nine in the morning', '09:00'], ['nine tonight', '21:00'], ['eleven at night', '23:00'], ['6 am', '06:00'], ['six p.m.', '18:00'], ['12 a.m.', '00:00'], ['12 pm', '12:00'],
    ['tomorrow morning at nine', '09:00'], ['tomorrow evening around eight', '20:00'], ['half two', '14:30'],
    ['in two hours', '12:20'], ['in half an hour', '10:50'], ['an hour from now', '11:20'], ['right now', '10:20'],
    ['six', which('06:00', '18:00')], ['at nine', which('09:00', '21:00')], ['two or three', which('14:00', '15:00')], ['two or half past two', which('14:00', '14:30')], ['two or three p.m.', which('14:00', '15:00')], ['six or seven p.m.', which('18:00', '19:00')],
    ["twenty five o'clock", wrong('no-such-time')], ['at 2:75', wrong('no-such-time')],
    ['two people', nothing], ['for two hours', nothing], ['twenty dollars', nothing], ['good morning', nothing], ['I do not know', nothing], ['', nothing], ['March 21', nothing], ['the third', nothing],
  ]);
  readingTable({ type: 'time' }, { asked: false }, [
    ['two', nothing], ['two thirty', nothing], ['for two', nothing], ['at two', '14:00'], ['at two thirty', '14:30'], ['2:30', '14:30'], ['2 p.m.', '14:00'], ['half past two', '14:30'], ['from two', '14:00'],
    ['at two dollars', nothing], ['by two people', nothing],
  ]);
  readingTable({ type: 'time', hours: { from: '08:00', to: '18:00' }, stepMinutes: 15 }, {}, [
    ['six', '18:00'], ['eight', '08:00'], ['nine', '09:00'], ['seven', wrong('outside-hours')], ['nine p.m.', wrong('outside-hours')], ['ten past two', wrong('off-step')], ['two or three', which('14:00', '15:00')], ['three in the morning', wrong('outside-hours')],
  ]);
  readingTable({ type: 'time', hours: { from: '08:00', to: '22:00' } }, { known: { date: '2026-11-18' } }, [
    ['nine', '21:00'], ['nine in the morning', wrong('past')], ['half past ten', '10:30'], ['ten', '22:00'],
  ]);
  readingTable({ type: 'time', date: 'day' }, { known: { day: '2026-11-19', other: '2026-11-18' } }, [['nine in the morning', '09:00']]);

  it('says times as people do', () => {
    const type = slotOf({ type: 'time' });
    expect(['14:30', '09:00', '14:05', '16:45', '12:00', '00:00', '20:10', '23:00'].map((value) => type.say(value, { now: NOW }))).toEqual([
      'half past two in the afternoon', "nine o'clock in the morning", 'two oh five in the afternoon', 'four forty five in the afternoon', 'noon', 'midnight', 'eight ten in the evening', "eleven o'clock at night",
    ]);
  });
});
