import { expect, it } from 'vitest';
import { placeLeg, RestartPolicy } from './placement.ts';

it('places a leg where there are fewest, and nowhere when no worker is ready', () => {
  expect(placeLeg([3, 1, 1])).toBe(1);
  expect(placeLeg([undefined, 5])).toBe(1);
  expect(placeLeg([undefined])).toBe(-1);
});

it('starts a dead worker at once, but not for ever', () => {
  const policy = new RestartPolicy();
  expect([0, 1, 2, 3, 4].map((at) => policy.died(at))).toEqual([0, 0, 250, 500, 1000]);
  expect(policy.died(100_000)).toBe(0);
});
