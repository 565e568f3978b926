import { expect, it } from 'vitest';
import { ms, msToSamples, ratio, samples, samplesToMs, type Ms, type Ratio, type Samples } from './units.ts';

const takesMs = (duration: Ms): number => duration;
const takesSamples = (count: Samples): number => count;
const takesRatio = (share: Ratio): number => share;

/** The type check of the project is the test: each line that is expected not to compile fails it when it does. */
export const mixed = () => [
  // @ts-expect-error a duration is no count
  takesSamples(ms(20)),
  // @ts-expect-error a share is no count
  takesSamples(ratio(0.5)),
  // @ts-expect-error a plain number is no count: it has to be said that it is
  takesSamples(160),
  // @ts-expect-error nor is a sum of durations
  takesSamples(ms(20) + ms(20)),
  // @ts-expect-error a count is no duration
  takesMs(samples(160)),
  // @ts-expect-error a share is no duration
  takesMs(ratio(0.5)),
  // @ts-expect-error a count is no share
  takesRatio(samples(1)),
  // @ts-expect-error a duration is no share
  takesRatio(ms(1)),
];

it('durations and counts are turned into each other by the rate', () => {
  expect([msToSamples(ms(20), 8000), samplesToMs(samples(160), 8000), msToSamples(ms(0.1), 8000)]).toEqual([160, 20, 1]);
  expect([takesMs(20 + 20), takesRatio(0.5), takesSamples(samples(1))]).toEqual([40, 0.5, 1]);
});
