import { expect, it } from 'vitest';
import { meanOpinionScore, oneWayDelayMs } from './quality.ts';

it('gives clean G.711 its 4.41', () => {
  expect(meanOpinionScore(0, 0)).toBeCloseTo(4.41, 2);
});

it('falls with loss and with delay, and stays between 1 and 4.5', () => {
  expect(meanOpinionScore(0.05, 0)).toBeLessThan(meanOpinionScore(0.01, 0));
  expect(meanOpinionScore(0, 400)).toBeLessThan(meanOpinionScore(0, 150));
  expect(meanOpinionScore(1, 5000)).toBe(1);
});

it('adds up what is known of the delay', () => {
  expect(oneWayDelayMs(100, 20, 5)).toBe(80);
  expect(oneWayDelayMs(undefined, 20, 0)).toBe(20);
});
