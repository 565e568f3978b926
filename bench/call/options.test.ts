import { expect, test } from 'vitest';
import { parseCallOptions } from './options.ts';

test('defaults', () => {
  expect(parseCallOptions([])).toMatchObject({ to: 'sip:bot@127.0.0.1:5060', parallel: 1, turns: undefined });
});

test('faults name the option and what would be right', () => {
  expect(() => parseCallOptions(['--turns', 'many'])).toThrow('--turns "many": a number from 1 to 10000');
  expect(() => parseCallOptions(['--trns', '3'])).toThrow('--trns');
});
