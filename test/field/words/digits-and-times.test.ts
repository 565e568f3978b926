import { describe, expect, it } from 'vitest';
import { Caller, NOW, nothing, readingTable, slotOf, wrong } from './callers.ts';

const NUMBER = '+14155550123';

describe('a telephone number was cut where recognition had written a time into it', () => {
  readingTable({ type: 'phone' }, { asked: true }, [
    ['four one five 5:55 oh one two three', NUMBER], ['4:15 555 0123', NUMBER], ['4:15-555-0123', NUMBER], ['415 5:55 01 23', NUMBER], ['4:15 5:55 0 1:23', NUMBER], ['415 555 01:23', NUMBER], ['4:15, 5:55, 01:23', NUMBER], ['my number is 4:15, 5:55, oh 1:23.', NUMBER],
    ['plus one 4:15 555 0123', NUMBER], ['+44 20 7:94 6 0958', '+442079460958'], ['5:55 oh 1:23', wrong('too-short')],
    ['call 415 555 0123 at 5:55 pm', NUMBER], ['at 2:30', nothing], ['2:30 p.m.', nothing], ["5:55 o'clock", nothing],
  ]);
  readingTable({ type: 'phone' }, { asked: false }, [['call me at 4:15 555 0123', NUMBER], ['at 2:30 for two hours', nothing]]);
  readingTable({ type: 'digits', length: 5 }, { asked: true }, [['1 2:34 5', '12345'], ['12:34 5', '12345'], ['one two 3:45', '12345'], ['2:30 p.m.', nothing]]);
  readingTable({ type: 'digits', length: 6 }, { asked: true }, [['12:34:56', '123456']]);
  it('digits that could be a time are asked about', () => {
    expect(slotOf({ type: 'digits', length: 3 }).read('5:55', { now: NOW, asked: true, known: {} })).toMatchObject({ kind: 'value', value: '555', confidence: 0.5 });
  });
});

describe('"one five a.m." was five in the morning', () => {
  const asks = (said: string): string => new Caller().says('the Library', 'tomorrow', said);
  it.each([
    ['two five pm', 'two oh five in the afternoon'], ['12 5 pm', 'twelve oh five in the afternoon'], ['nine seven a.m.', 'nine oh seven in the morning'], ['four three zero p.m.', 'half past four in the afternoon'], ['one one five pm', 'one fifteen in the afternoon'],
    ['ten four five a.m.', 'ten forty five in the morning'], ['two five in the afternoon', 'two oh five in the afternoon'],
  ])('"%s" is asked about as %s', (said, time) => expect(asks(said)).toBe(`Did you say ${time}?`));
  readingTable({ type: 'time' }, { asked: true }, [['one five am', '01:05'], ['12 5 pm', '12:05'], ['2, 3 p.m.', '15:00'], ['one oh five am', '01:05'], ['12 30 pm', '12:30'], ['12 pm', '12:00']]);
});

describe('what the part of the day said of the time was lost with the date', () => {
  it.each([
    ['tomorrow night at eight', '20:00'], ['Friday evening at seven', '19:00'], ['Friday morning at eight', '08:00'], ['Friday night, March 6th, at eight', '20:00'], ['tonight at eight', '20:00'],
  ])('"%s" is at %s', (said, time) => {
    const caller = new Caller();
    caller.says('the Library', said);
    expect(caller.values).toMatchObject({ time });
  });
});

describe('a guess among other answers was taken unasked', () => {
  it('is asked about, and the others are kept', () => {
    const caller = new Caller();
    expect(caller.says('the Library', 'some time after Friday at noon for two people')).toBe('Did you say Friday, March 6th?');
    expect(caller.values).toEqual({ place: 'Library', time: '12:00', people: 2 });
    expect(caller.says('yes')).toBe('For how long?');
    expect(caller.values).toMatchObject({ date: '2026-03-06' });
  });
  it('said once more it counts', () => {
    const caller = new Caller();
    caller.says('the Library', 'after Friday', 'after Friday');
    expect(caller.values).toMatchObject({ date: '2026-03-06' });
  });
});
