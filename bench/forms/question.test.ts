import { expect, test } from 'vitest';
import { questionAfter, type Question } from './question.ts';

const NONE: Question = { kind: 'none' };
const PROMPTS = [{ slot: 'time', texts: ['At what time?'] }];
const turn = (botText: string, detail?: Record<string, unknown>) => (detail === undefined ? { botText } : { botText, detail });

test('what the record says is asked', () => {
  expect(questionAfter(NONE, [turn('For which day?', { form: 'f', formAsks: 'slot date' })], PROMPTS)).toEqual({
    kind: 'slot',
    slot: 'date',
    text: 'For which day?',
  });
  expect(questionAfter(NONE, [turn('Noon or midnight?', { formAsks: 'which time' })], PROMPTS)).toMatchObject({
    kind: 'which',
    slot: 'time',
  });
  expect(questionAfter(NONE, [turn('Is that right?', { formAsks: 'read-back' })], PROMPTS)).toMatchObject({ kind: 'read-back' });
  expect(questionAfter(NONE, [turn('', { formAsks: 'acting' }), turn('Done.', { formEnded: 'done' })], PROMPTS)).toEqual({
    kind: 'over',
    outcome: 'done',
  });
});

test('an answer in between leaves the question as it was', () => {
  const before: Question = { kind: 'slot', slot: 'people', text: '' };
  expect(questionAfter(before, [turn('Parking is free. How many?', { entry: 'parking', form: 'f' })], PROMPTS)).toBe(before);
  expect(questionAfter(NONE, [turn('Hello?')], PROMPTS)).toBe(NONE);
});

test('without a word of the record the prompt tells', () => {
  expect(questionAfter({ kind: 'change', text: '' }, [turn('Okay. At what time?')], PROMPTS)).toMatchObject({ kind: 'slot', slot: 'time' });
});
