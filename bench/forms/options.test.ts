import { expect, test } from 'vitest';
import { parseFormsOptions } from './options.ts';

test('at least forty callers, one after the other, by default', () => {
  expect(parseFormsOptions([])).toMatchObject({ callers: 45, parallel: 1, seed: undefined, snrDb: 15, to: undefined });
});

test('what is wrong is named', () => {
  expect(() => parseFormsOptions(['--callers', '0'])).toThrow('--callers "0"');
  expect(() => parseFormsOptions(['--snr', 'loud'])).toThrow('--snr');
  expect(() => parseFormsOptions(['--to', 'webrtc:'])).toThrow('webrtc:PERSONA');
});
