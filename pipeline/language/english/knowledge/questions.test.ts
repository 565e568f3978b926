import { describe, expect, it } from 'vitest';
import { twoQuestions } from './questions.ts';

describe('two questions in one breath', () => {
  it.each([
    ['When is breakfast? And where is the pool?', 'When is breakfast', 'where is the pool?'],
    ['When is breakfast and where is the pool', 'When is breakfast', 'where is the pool'],
    ['Do you have parking and breakfast included', 'Do you have parking', 'breakfast included'],
    ['How much is a bed and breakfast and where can I park?', 'How much is a bed and breakfast', 'where can I park?'],
    ['Is there a pool, and also a sauna upstairs?', 'Is there a pool', 'a sauna upstairs?'],
    ['I arrive late. Can I still check in?', 'I arrive late', 'Can I still check in?'],
  ])('%j', (text, first, second) => {
    expect(twoQuestions(text)).toEqual([first, second]);
  });

  it.each(['Where is the pool?', 'bed and breakfast', 'and where is it', 'Yes. No.', '', 'and and and'])('%j is one', (text) => {
    expect(twoQuestions(text)).toBeUndefined();
  });
});
