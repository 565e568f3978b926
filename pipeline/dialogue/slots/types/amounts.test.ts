import { describe, expect, it } from 'vitest';
import { NOW, nothing, readingTable, slotOf, which, wrong } from '../testing/reading-table.ts';

describe('durations', () => {
  readingTable({ type: 'duration' }, {}, [
    // "For three hours" as recognition writes it.
    ['4-3 hours', 180], ['4-2 hours.', 120], ['4 an hour', 60], ['4-5 hours', which(240, 300)],
    ['half an hour', 30], ['a half hour', 30], ['half hour', 30], ['an hour', 60], ['one hour', 60], ['1 hour', 60], ['an hour and a half', 90], ['one and a half hours', 90], ['1.5 hours', 90], ['one point five hours', 90],
    ['hour and a half', 90], ['an hour and a quarter', 75], ['a quarter of an hour', 15], ['three quarters of an hour', 45], ['3 quarters of an hour', 45], ['for 3/4 of an hour', 45], ['ninety minutes', 90], ['90 min', 90], ['45 minutes', 45], ['forty-five minutes', 45],
    ['a couple of hours', 120], ['two hours', 120], ['two hours and fifteen minutes', 135], ['two hours fifteen', 135], ['two and a half hours', 150], ['1h30', 90], ['2h', 120], ['90m', 90], ['two days', 2880], ['a week', 10_080],
    ['for half an hour please', 30], ['a hundred and twenty minutes', 120], ['thirty', 30], ['ninety', 90], ['two', 120], ['one and a half', 90],
    ['two or three hours', which(120, 180)], ['thirty or forty five minutes', which(30, 45)], ['an hour or two', which(60, 120)], ['half an hour or an hour', which(30, 60)], ['ten', which(10, 600)],
    ['in two hours', nothing], ['an hour ago', nothing], ['two hours from now', nothing], ['a week from Tuesday', nothing], ['not long', nothing], ['', nothing],
  ]);
  readingTable({ type: 'duration', minMinutes: 30, maxMinutes: 240, stepMinutes: 15 }, { asked: false }, [
    ['for half an hour', 30], ['for ten minutes', wrong('too-short')], ['all week, I mean five hours', wrong('too-long')], ['forty minutes', wrong('off-step')], ['two people', nothing], ['thirty', nothing],
  ]);
  it('says durations as people do', () => {
    const type = slotOf({ type: 'duration' });
    expect([30, 60, 90, 45, 135, 150, 1440, 1].map((value) => type.say(value, { now: NOW }))).toEqual(['half an hour', 'an hour', 'an hour and a half', 'forty five minutes', 'two hours and fifteen minutes', 'two and a half hours', 'a day', 'a minute']);
  });
});

describe('numbers', () => {
  readingTable({ type: 'number', units: ['mile', 'miles'] }, {}, [
    ['two', 2], ['twenty five', 25], ['twenty-five', 25], ['25', 25], ['a hundred', 100], ['one hundred and three', 103], ['a hundred twenty', 120], ['two thousand', 2000], ['two thousand five hundred', 2500], ['1,200', 1200], ['twelve hundred', 1200],
    ['three million two hundred thousand and five', 3_200_005], ['zero', 0], ['minus three', -3], ['-3', -3], ['negative two point five', -2.5], ['2.5', 2.5], ['two point five', 2.5], ['three point one four', 3.14], ['two and a half', 2.5],
    ['a dozen', 12], ['two dozen', 24], ['it is forty two', 42], ['forty miles', 40], ['ten grand', 10_000], ['nine hundred ninety nine', 999], ['about 7', 7], ['two or three', which(2, 3)], ['2 or 3 miles', which(2, 3)],
    ['two hours', nothing], ['none', nothing], ['', nothing], ['many', nothing], ['the first', nothing],
  ]);
  readingTable({ type: 'number', min: 1, max: 10, whole: true, units: ['mile', 'miles'] }, { asked: false }, [
    ['two miles', 2], ['two', nothing], ['eleven miles', wrong('too-large')], ['zero miles', wrong('too-small')], ['2.5 miles', wrong('not-whole')],
  ]);
});

describe('counts', () => {
  readingTable({ type: 'count', max: 12 }, { asked: false }, [
    ['two people', 2], ['2 people', 2], ['for two people', 2], ['for three', 3], ['for 3', 3], ['twelve persons', 12], ['one person', 1], ['a person', 1], ['just me', 1], ['only me', 1], ['the two of us', 2], ['four of us', 4], ['me and my wife', 2], ['both of us', 2],
    ['a couple of people', 2], ['me and three colleagues', 4], ['three colleagues and me', 4], ['two adults and one child', 3], ['two adults and two kids', 4], ['five guests please', 5], ['we are six people', 6], ['three more people', 3], ['ten participants', 10], ['to people', 2], ['a dozen people', 12],
    ['two or three people', which(2, 3)], ['for two or three', which(2, 3)], ['thirteen people', wrong('too-many')], ['zero people', wrong('too-few')], ['a hundred people', wrong('too-many')],
    ['412 people', wrong('too-many')], ['for people', nothing],
    ['two', nothing], ['for two hours', nothing], ['for thirty minutes', nothing], ['at two', nothing], ['two dollars', nothing], ['for two thirty', nothing], ['half past two', nothing], ['', nothing],
  ]);
  // "For twelve people", "for four persons", as recognition writes them.
  readingTable({ type: 'count', max: 12 }, {}, [['412 people', 12], ['44 persons', 4], ['450 people', wrong('too-many')], ['for people', 4], ['4 people', 4]]);
  readingTable({ type: 'count' }, {}, [['two', 2], ['To.', 2], ['for', 4], ['a couple', 2], ['three please', 3], ['two or three', which(2, 3)], ['two hours', nothing], ['ten p.m.', nothing]]);
  readingTable({ type: 'count', units: ['room', 'rooms'] }, { asked: false }, [['two rooms', 2], ['a room', 1], ['two people', nothing], ['two double rooms', nothing], ['for two', nothing]]);
  it('says what is counted', () => {
    expect([1, 3].map((value) => slotOf({ type: 'count' }).say(value, { now: NOW }))).toEqual(['one person', 'three people']);
    expect([1, 3].map((value) => slotOf({ type: 'count', units: ['room', 'rooms'] }).say(value, { now: NOW }))).toEqual(['one room', 'three rooms']);
  });
});

describe('money', () => {
  const usd = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'USD' });
  readingTable({ type: 'money', max: 10_000 }, {}, [
    ['twenty dollars', usd(20)], ['$20', usd(20)], ['$20.50', usd(20.5)], ['$1,200', usd(1200)], ['twenty dollars and fifty cents', usd(20.5)], ['twenty dollars fifty', usd(20.5)], ['fifty cents', usd(0.5)], ['five bucks', usd(5)], ['a dollar', usd(1)],
    ['a hundred dollars', usd(100)], ['two grand', usd(2000)], ['twelve fifty', usd(12.5)], ['nineteen ninety nine', usd(19.99)], ['12.50', usd(12.5)], ['fifty', usd(50)], ['two and a half dollars', usd(2.5)], ['five dollars and a half', usd(5.5)],
    ['twenty euros', { amount: 20, currency: 'EUR' }], ['€20', { amount: 20, currency: 'EUR' }], ['20€', { amount: 20, currency: 'EUR' }], ['twenty pounds', { amount: 20, currency: 'GBP' }], ['fifty pence', { amount: 0.5, currency: 'GBP' }], ['ten quid', { amount: 10, currency: 'GBP' }], ['20 EUR', { amount: 20, currency: 'EUR' }],
    ['ten swiss francs', { amount: 10, currency: 'CHF' }], ['one hundred and twenty dollars', usd(120)], ['around 30 dollars', usd(30)], ['twenty or thirty dollars', which(usd(20), usd(30))], ['$5 or $6', which(usd(5), usd(6))], ['a million dollars', wrong('too-much')],
    ['nothing', nothing], ['', nothing], ['no idea', nothing],
  ]);
  readingTable({ type: 'money', currency: 'CAD' }, { asked: false }, [['twenty dollars', { amount: 20, currency: 'CAD' }], ['twenty', nothing], ['two people', nothing]]);
  it('says amounts', () => {
    const type = slotOf({ type: 'money' });
    expect([usd(20), usd(20.5), usd(0.01), usd(1)].map((value) => type.say(value, { now: NOW }))).toEqual(['twenty dollars', 'twenty dollars and fifty cents', 'one cent', 'one dollar']);
  });
});
