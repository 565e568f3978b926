import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable } from './printable.ts';

it.each([
  ['Anna', 10, 'Anna'],
  ['  Anna\r\nX-Evil: 1 ', 20, 'Anna X-Evil: 1'],
  ['a\u2028b\u202ec\u0000d\u0007', 20, 'a b c d'],
  ['\ud800x', 20, 'x'],
  ['abcdef', 3, 'abc'],
  ['😀😀😀', 2, '😀😀'],
  ['', 5, ''],
])('%j cut at %i is %j', (text, limit, clean) => {
  expect(printable(text, limit)).toBe(clean);
});

it('never lets through what breaks a line, nor more than its limit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), fc.integer({ min: 0, max: 50 }), (text, limit) => {
      const clean = printable(text, limit);
      expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect([...clean].length).toBeLessThanOrEqual(limit);
    }),
  );
});
