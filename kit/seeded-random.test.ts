import { expect, it } from 'vitest';
import { seeded, SeededRandom } from './seeded-random.ts';

it('gives the numbers of mulberry32, the same for the same seed', () => {
  const random = seeded(1);
  // Of the algorithm's reference code, seed 1.
  expect([random(), random(), random()].map((number) => number * 2 ** 32)).toEqual([2_693_262_067, 11_749_833, 2_265_367_787]);
  expect(seeded(-1)()).toBe(seeded(0xffff_ffff)());
  expect(seeded(2)()).not.toBe(seeded(1)());
});

it('stays in its range and comes everywhere in it', () => {
  const random = new SeededRandom(7);
  const drawn = Array.from({ length: 10_000 }, () => random.whole(-2, 3));
  expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
  expect(drawn.reduce((sum, number) => sum + number, 0) / drawn.length).toBeCloseTo(0.5, 1);
  expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b']))).size).toBe(2);
});
