import { describe, expect, it } from 'vitest';
import { NOW, nothing, readingTable, slotOf, wrong } from '../testing/reading-table.ts';

const NUMBER = '+14155550123';

describe('telephone numbers', () => {
  readingTable({ type: 'phone' }, {}, [
    ['four one five five five five oh one two three', NUMBER], ['four one five, five five five, zero one two three', NUMBER], ['415-555-0123', NUMBER], ['(415) 555-0123', NUMBER], ['415.555.0123', NUMBER], ['4155550123', NUMBER], ['+1 415 555 0123', NUMBER],
    ['plus one four one five five five five oh one two three', NUMBER], ['one four one five five five five oh one two three', NUMBER], ['1-415-555-0123', NUMBER], ['four fifteen triple five oh one two three', NUMBER], ['four one five triple five zero one twenty three', NUMBER],
    ['my number is 415 555 0123', NUMBER], ["it's four one five, um, five five five, oh one two three", NUMBER], ['415, 555, 0123.', NUMBER], ['four one five five double five oh one two three', NUMBER], ['four one five then five five five then oh one two three', NUMBER],
    ['four one five five five five twelve twelve', '+14155551212'], ['eight hundred five five five oh one nine nine', '+18005550199'], ['four one five five five five one thousand', '+14155551000'],
    ['plus four four two oh seven nine four six oh nine five eight', '+442079460958'], ['+44 20 7946 0958', '+442079460958'], ['+49 30 123456', '+4930123456'], ['plus 41 44 668 18 00', '+41446681800'], ['0044 20 7946 0958', '+442079460958'],
    ['four one five five five five', wrong('too-short')], ['415 555', wrong('too-short')], ['five five five oh one two three', wrong('too-short')], ['four one five five five five oh one two three four five six', wrong('too-long')], ['415 555 01234', wrong('too-long')],
    ['nine one one', wrong('too-short')], ['two', nothing], ['I do not have one', nothing], ['', nothing], ['my name is John', nothing],
  ]);
  readingTable({ type: 'phone' }, { asked: false }, [['call me at 415 555 0123', NUMBER], ['two people', nothing], ['at 2 30', nothing], ['room 415', nothing]]);
  readingTable({ type: 'phone', country: 'GB' }, {}, [['oh two oh seven nine four six oh nine five eight', '+442079460958'], ['double oh one four one five five five five oh one two three', NUMBER]]);
  readingTable({ type: 'phone', country: 'DE' }, {}, [['030 123456', '+4930123456']]);

  it('says numbers in the groups of their country', () => {
    const type = slotOf({ type: 'phone' });
    expect(type.say(NUMBER, { now: NOW })).toBe('four one five, five five five, zero one two three');
    expect(type.say('+442079460958', { now: NOW })).toBe('plus four four, two zero, seven nine four six, zero nine five eight');
  });
});
