import { expect, test } from 'vitest';
import { rounded } from './rounded.ts';

test('numbers are cut at every depth, all else stays', () => {
  const date = new Date(0);
  expect(rounded({ kind: 'x', at: 316.0939999995753, stages: { a: 0.30000000000000004, b: [1, 2.00049] }, date, none: undefined })).toEqual(
    {
      kind: 'x',
      at: 316.094,
      stages: { a: 0.3, b: [1, 2] },
      date,
      none: undefined,
    },
  );
});

test('what is not finite stays as it is', () => {
  expect(rounded([Number.NaN, Infinity])).toEqual([Number.NaN, Infinity]);
});
