import { expect, test } from 'vitest';
import { normalisedWords, wordErrors } from './word-errors.ts';

test('spelling of numbers, case and punctuation are no errors', () => {
  expect(wordErrors('Two thirty p.m.', '2:30 PM').errors).toBe(0);
  expect(wordErrors('Room twelve, please!', 'room 12 please').errors).toBe(0);
  expect(normalisedWords('one zero zero zero one')).toEqual(normalisedWords('10001'));
  expect(wordErrors('three hundred and five', '300 and five').errors).toBe(0);
});

test('substituted, missing and added words', () => {
  expect(wordErrors('a b c', 'a x c')).toEqual({ words: 3, errors: 1 });
  expect(wordErrors('a b c', 'a c')).toEqual({ words: 3, errors: 1 });
  expect(wordErrors('a b c', 'a b c d e')).toEqual({ words: 3, errors: 2 });
  expect(wordErrors('', 'hello')).toEqual({ words: 0, errors: 1 });
});
