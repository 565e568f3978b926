import { expect, it } from 'vitest';
import { wordsOfTurns } from './row.ts';

it('counts the words of a turn once that was answered too early and then joined to the rest', () => {
  expect(wordsOfTurns(['The taxi never came.', 'The taxi never came. so we walked.'])).toBe('The taxi never came. so we walked.');
  expect(wordsOfTurns(['Hold on.', 'What time is it?'])).toBe('Hold on. What time is it?');
  expect(wordsOfTurns([])).toBe('');
});
