import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW, nothing, readingTable, slotOf, takenOf, which } from './callers.ts';
import { numberWordings } from './number-wordings.ts';

const usd = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'USD' });
const eur = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' });

describe('"two hundred thousand dollars" was read back as a thousand dollars', () => {
  readingTable({ type: 'money' }, { asked: false }, [
    ['two hundred thousand dollars', usd(200_000)], ['nine hundred ninety nine thousand nine hundred ninety nine dollars', usd(999_999)], ['a hundred thousand euros', eur(100_000)],
    ['three hundred and five thousand dollars', usd(305_000)], ['1 million 200 thousand dollars', usd(1_200_000)], ['two hundred grand', usd(200_000)], ['a couple hundred dollars', usd(200)],
  ]);
  it('every whole number up to 999,999,999 is read in each of its wordings', () => {
    const type = slotOf({ type: 'number' });
    const count = fc.oneof(fc.integer({ min: 0, max: 1200 }), fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 1, max: 999 }).map((thousands) => thousands * 1000));
    fc.assert(fc.property(count, (value) => {
      for (const wording of numberWordings(value)) {
        expect([wording, type.read(wording, { now: NOW, asked: true, known: {} })]).toEqual([wording, expect.objectContaining({ kind: 'value', value, confidence: 1 })]);
      }
    }), { numRuns: 2000 });
  });
});

describe('numbers in parts were read in part', () => {
  readingTable({ type: 'number' }, { asked: true }, [
    ['half a dozen', 6], ['a dozen and a half', 18], ['one and a half thousand', 1500], ['a thousand and a half', 1500], ['half a million', 500_000], ['a quarter of a million', 250_000], ['three quarters of a million', 750_000], ['1.5 million', 1_500_000],
    ['one point two five million', 1_250_000], ['two and a half grand', 2500], ['three quarters', 0.75], ['three fifths of it', 0.6], ['two and three quarters', 2.75], ['point five', 0.5], ['zero point two five', 0.25], ['.5', 0.5], ['minus point five', -0.5], ['−3', -3],
    ['5k', 5000], ['2.5k', 2500], ['½', 0.5], ['2½', 2.5], ['1 1/2', 1.5], ['3/4', 0.75], ['half past two', 2], ['two third class tickets', 2], ['a couple of thousand', 2000],
  ]);
  readingTable({ type: 'money' }, { asked: true }, [
    ['$5k', usd(5000)], ['$5K', usd(5000)], ['$2.5 million', usd(2_500_000)], ['$2m', usd(2_000_000)], ['half a million euros', eur(500_000)], ['half a dollar', usd(0.5)], ['three quarters of a million dollars', usd(750_000)], ['two and a half grand', usd(2500)],
    ['US$20', usd(20)], ['a couple of dollars', usd(2)], ['twenty dollars and fifty', usd(20.5)], ['point five dollars', usd(0.5)], ['one twenty five dollars', which(usd(125), usd(1.25))],
  ]);
  readingTable({ type: 'duration' }, { asked: true }, [['1½ hours', 90], ['½ hour', 30], ['2 1/2 hours', 150], ['one and three quarter hours', 105], ['3/4 of a day', 1080], ['a third of an hour', 20], ['half a day', 720]]);
});

describe('numbers as the rest of the world writes them were cut at the comma or the space', () => {
  readingTable({ type: 'money' }, { asked: false }, [
    ['27,50 euros', eur(27.5)], ['27,50 €', eur(27.5)], ['€1.234,56', eur(1234.56)], ['1.234,56 €', eur(1234.56)], ['1 234 dollars', usd(1234)], ['1 234 567 dollars', usd(1_234_567)], ['1 234 dollars', usd(1234)], ['$1,234.56', usd(1234.56)],
  ]);
  readingTable({ type: 'duration' }, { asked: true }, [['1,5 hours', 90], ['0,5 hours', 30], ['1.5 hours', 90]]);
  readingTable({ type: 'count' }, { asked: true }, [['1 234 people', 1234], ['1,234 people', 1234]]);
  readingTable({ type: 'number' }, { asked: true }, [['1,234', 1234], ['1.234.567', 1_234_567], ['3,14', 3.14]]);
});

describe('a range was taken for its first or last number', () => {
  readingTable({ type: 'count' }, { asked: true }, [
    ['2-3 people', which(2, 3)], ['ten to twelve people', which(10, 12)], ['10–12 people', which(10, 12)], ['between five and seven people', which(5, 7)], ['between 5 and 7 of us', which(5, 7)], ['from two up to four people', which(2, 4)],
    ['4-3 people', 3],
  ]);
  readingTable({ type: 'money' }, { asked: true }, [['20 to 30 dollars', which(usd(20), usd(30))], ['$20-30', which(usd(20), usd(30))], ['$20 to $30', which(usd(20), usd(30))], ['between 20 and 30 euros', which(eur(20), eur(30))]]);
  readingTable({ type: 'number', units: ['mile', 'miles'] }, { asked: true }, [['two to three miles', which(2, 3)], ['2-3', which(2, 3)]]);
});

describe('who comes along was not counted', () => {
  readingTable({ type: 'count' }, { asked: false }, [
    ['me and three others', 4], ['three others and me', 4], ['myself and two friends', 3], ['for two people and me', 3], ['me, my wife and two kids', 4], ['my wife, my son and me', 3], ['me and my friend', 2], ['my husband and I', 2], ['me plus one', 2], ['six plus me', 7], ['three and me', 4],
    ['a party of five', 5], ['a group of ten', 10], ['there will be six of us', 6], ['we will be seven', 7], ['half a dozen people', 6], ['my wife and two kids', which(3, 4)], ['five people, two of them children', 5],
    ['call me, two people', 2], ['give me a room', nothing], ['there are no rooms', nothing],
  ]);
  readingTable({ type: 'count' }, { asked: true }, [['three others', which(3, 4)], ['me and three', 4]]);
});

describe('half of what was said was taken for sure', () => {
  it.each([
    ['a few hundred'], ['several thousand'], ['more than ten'], ['ten or so'], ['twenty something'], ['one twenty five'], ['one two five'], ['fewer than five'], ['over a hundred'], ['ten or more'],
  ])('"%s" is asked about', (utterance) => {
    expect(takenOf({ type: 'number' }, utterance)).toBeUndefined();
    expect(takenOf({ type: 'money' }, `${utterance} dollars`)).toBeUndefined();
  });
});

describe('what the bot says of an amount', () => {
  const currencies = ['USD', 'EUR', 'GBP', 'CAD', 'AUD', 'CHF', 'SEK', 'JPY'];
  it('is read as the same amount, whatever its size and currency', () => {
    fc.assert(fc.property(fc.oneof(fc.integer({ min: 1, max: 500_000 }), fc.integer({ min: 1, max: 99_999_999_999 })), fc.constantFrom(...currencies), (small, currency) => {
      const type = slotOf({ type: 'money', currency });
      const value = { amount: small / 100, currency };
      expect(type.read(type.say(value, { now: NOW }), { now: NOW, asked: true, known: {} })).toMatchObject({ kind: 'value', value });
    }), { numRuns: 1000 });
  });
  it('has its thousands apart: "1234 dollars" is spoken as a year', () => {
    const say = (amount: number): string => slotOf({ type: 'money' }).say(usd(amount), { now: NOW });
    expect([100, 999, 1234, 200_000, 1_234_567.5].map(say)).toEqual(['a hundred dollars', '999 dollars', '1,234 dollars', '200,000 dollars', '1,234,567 dollars and fifty cents']);
  });
});
