import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editDistance } from './edit-distance.ts';

it.each([
  ['', '', 0],
  ['', 'port', 4],
  ['port', 'prot', 2],
  ['kitten', 'sitting', 3],
  ['limits', 'limit', 1],
])('%j is as far from %j as %i changes', (a, b, distance) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([distance, distance]);
});

it('compares words as it does letters', () => {
  expect(editDistance(['what', 'time', 'is', 'breakfast'], ['what', 'is', 'the', 'breakfast'])).toBe(2);
});

it('is no more than the longer of both, and no less than what the lengths differ by', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(distance === 0).toBe(a === b);
    }),
  );
});
