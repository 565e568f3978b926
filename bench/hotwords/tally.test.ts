import { expect, test } from 'vitest';
import { parseHotwordsOptions } from './options.ts';
import { tally, type HeardPhrase } from './tally.ts';

const row = (way: string, verdict: HeardPhrase['verdict'], more: Partial<HeardPhrase> = {}): HeardPhrase => ({
  way,
  type: 'count',
  said: 'Two people.',
  heard: '',
  verdict,
  unfinished: false,
  decodeMs: 100,
  ...more,
});

test('each way is counted by itself, by type too', () => {
  const { off, on } = tally([
    row('off', 'right'),
    row('off', 'wrong', { type: 'time' }),
    row('off', 'asked', { unfinished: true, decodeMs: 300 }),
    row('on', 'right'),
  ]);
  expect(off).toMatchObject({
    phrases: 3,
    right: 1,
    wrong: 1,
    askedAgain: 1,
    unfinished: 1,
    rightByType: { count: '1 of 2', time: '0 of 1' },
    decodeMs: { n: 3, p50: 100, max: 300 },
  });
  expect(on).toMatchObject({ phrases: 1, right: 1, wrong: 0, unfinished: 0 });
});

test('options have defaults, and say what would be right', () => {
  expect(parseHotwordsOptions([])).toMatchObject({ persona: 'bot', form: 'book-meeting-room', phrases: 24, seed: 1, noise: undefined });
  expect(() => parseHotwordsOptions(['--phrases', 'many'])).toThrow(/phrases/);
  expect(() => parseHotwordsOptions(['--hotword', 'x'])).toThrow(/hotword/);
});
