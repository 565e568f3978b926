import { describe, expect, it } from 'vitest';
import { Caller, NOW, nothing, readingTable, slotOf, takenOf, which } from './callers.ts';

const usd = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'USD' });
const eur = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' });

describe('a weekday with its number was the weekday alone', () => {
  readingTable({ type: 'date' }, { asked: true }, [
    ['Sunday 22 17:00', '2026-11-22'], ['Sunday 6 at five p.m.', '2026-12-06'], ['Wed 25', '2026-11-25'], ['sat 21', '2026-11-21'], ['Friday 27 for two people', '2026-11-27'], ['Thursday 19, 5 p.m.', '2026-11-19'], ['20-Nov-2026', '2026-11-20'],
    // These are hours.
    ['Friday 11', '2026-11-20'], ['Friday 10 a.m.', '2026-11-20'], ['Friday 8', '2026-11-20'],
  ]);
});

describe('the end of a range was before its beginning', () => {
  const second = (utterance: string): unknown => slotOf({ type: 'date' }).read(utterance, { now: NOW, asked: true, known: {} });
  it.each([
    ['Monday - Friday', ['2026-11-23', '2026-11-27']], ['from Monday to Friday', ['2026-11-23', '2026-11-27']], ['Saturday until Thursday', ['2026-11-21', '2026-11-26']], ['Friday through Monday', ['2026-11-20', '2026-11-23']],
    ['Nov 20 - 22', ['2026-11-20', '2026-11-22']], ['from November 28th to the 3rd', ['2026-11-28', '2026-12-03']],
  ])('"%s"', (utterance, values) => expect(second(utterance)).toMatchObject({ kind: 'ambiguous', values }));
});

describe('"next next Friday" was next Friday, for sure', () => {
  it.each(['next next Friday', 'the Friday after next Friday', 'some Friday', 'the weekend of the 28th', 'end of next week', 'two Fridays from now', 'no earlier than Friday', 'later than Friday'])('"%s" is asked about, or is the day', (utterance) => {
    expect([undefined, ...(utterance.includes('after') ? ['2026-12-04'] : [])]).toContain(takenOf({ type: 'date' }, utterance));
  });
});

describe('two amounts became one', () => {
  readingTable({ type: 'money' }, { asked: true }, [
    ['between 12 euros and 15 euros', which(eur(12), eur(15))], ['between 12 euros and 15', which(eur(12), eur(15))], ['12 euros and 15 cents', eur(12.15)], ['two dollars and 23', usd(2.23)],
  ]);
});

describe('a figure at the end of a name became a part of the amount', () => {
  readingTable({ type: 'money' }, { asked: true }, [
    ['pay Kiran1 100eur', eur(100)], ['pay Kiran1 10 euros', eur(10)], ['B1 500 dollars', usd(500)], ['room 2 100 euros', eur(100)], ['40 000 euros', eur(40_000)], ['0.1 million dollars', usd(100_000)], ['USD1.23', usd(1.23)], ['EUR29.99', eur(29.99)], ['10K$', usd(10_000)],
  ]);
});

describe('"from ten to one" was ten minutes to one', () => {
  readingTable({ type: 'time' }, { asked: true }, [
    ['from ten to one p.m.', '10:00'], ['from 10 to 12 noon', '10:00'], ['from 11 to 1 pm', '11:00'], ['from five to six pm', '17:00'], ['from nine to eleven a.m.', '09:00'], ['from 2 to 4', '14:00'], ['2-4 pm', which('14:00', '16:00')], ['14:00-16:00', which('14:00', '16:00')],
    ['between two and four', which('14:00', '16:00')], ['between 11 and 1', which('11:00', '13:00')], ['ten to four', '15:50'], ['from quarter to five', '16:45'], ['ten minutes to four', '15:50'], ['two to three people', nothing],
  ]);
});

describe('"an hour before three" was three', () => {
  readingTable({ type: 'time' }, { asked: true }, [
    ['1 hour before 3', '14:00'], ['half an hour before noon', '11:30'], ['an hour and a half after two p.m.', '15:30'], ['a quarter of an hour after noon', '12:15'], ['two hours before midnight', '22:00'], ['twenty minutes past three', '15:20'],
  ]);
  it.each(['after three p.m.', 'before noon', 'not before 2 p.m.'])('"%s" is asked about', (utterance) => expect(takenOf({ type: 'time' }, utterance)).toBeUndefined());
  it('what is asked can be agreed to', () => {
    const caller = new Caller();
    expect(caller.says('the Library', 'tomorrow', 'after three')).toBe("Did you say three o'clock in the afternoon?");
    caller.says('yes');
    expect(caller.values).toMatchObject({ time: '15:00' });
  });
});
