import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCorrection } from './corrections.ts';
import { english } from '../../language/english/slots/correction-words.ts';
import type { Correction } from './corrections.ts';

function corrected(rest: string, more: { rejected?: string; denies?: boolean } = {}): Record<string, unknown> {
  return { kind: 'correct', rest, ...more };
}

function brief(correction: Correction): Correction {
  return 'rest' in correction ? { ...correction, rest: correction.rest.trim() } : correction;
}

const ROWS: readonly (readonly [utterance: string, expected: Record<string, unknown>])[] = [
  ['no, three people', corrected('three people', { denies: true })],
  ['No. Three people.', corrected('Three people.', { denies: true })],
  ['no no, make it three', corrected('three', { denies: true })],
  ['actually make it Tuesday', corrected('Tuesday', { denies: false })],
  ['actually, Tuesday', corrected('Tuesday', { denies: false })],
  ['could we make it Tuesday instead', corrected('Tuesday instead')],
  ['I meant half past two', corrected('half past two')],
  ['sorry, I meant half past two', corrected('half past two')],
  ['I said three', corrected('three')],
  ['make that three', corrected('three')],
  ['wait, it should be four', corrected('four')],
  ['change it to four', corrected('four')],
  ['not Tuesday, Wednesday', corrected('Wednesday', { rejected: 'Tuesday' })],
  ['no, not Tuesday, Wednesday', corrected('Wednesday', { rejected: 'Tuesday', denies: true })],
  ['Wednesday, not Tuesday', corrected('Wednesday,', { rejected: 'Tuesday' })],
  ['not two but three', corrected('three', { rejected: 'two' })],
  ['not Tuesday', corrected('', { rejected: 'Tuesday', denies: true })],
  ['two, no, three people', corrected('two,     three people', { rejected: 'two' })],
  ['Tuesday, I mean Wednesday', corrected('Tuesday,        Wednesday', { rejected: 'Tuesday' })],
  ['change the date', { kind: 'change', what: 'date' }],
  ['can we change the time please', { kind: 'change' }],
  ['I want to change the number of people to four', { kind: 'change', what: 'number of people', rest: 'four' }],
  ['change the date to Friday', { kind: 'change', what: 'date', rest: 'Friday' }],
  ['the time is wrong', { kind: 'change', what: 'time' }],
  ['no, the date is wrong', { kind: 'change', what: 'date' }],
  ['repeat', { kind: 'repeat' }],
  ['could you repeat that please?', { kind: 'repeat' }],
  ['say that again', { kind: 'repeat' }],
  ['sorry?', { kind: 'repeat' }],
  ['pardon?', { kind: 'repeat' }],
  ['what did you say', { kind: 'repeat' }],
  ['go back', { kind: 'back' }],
  ["let's go back", { kind: 'back' }],
  ['start again', { kind: 'restart' }],
  ['can we start over please', { kind: 'restart' }],
  ['from the beginning', { kind: 'restart' }],
  ['what do you need from me?', { kind: 'help' }],
  ['help', { kind: 'help' }],
  ['what are my options', { kind: 'help' }],
  ['never mind', { kind: 'cancel' }],
  ['cancel', { kind: 'cancel' }],
  ['Oh, forget it.', { kind: 'cancel' }],
  ['please cancel the booking', { kind: 'cancel' }],
  ['no thanks, cancel', { kind: 'cancel' }],
  ['skip that', { kind: 'skip' }],
  ["I don't have one", { kind: 'skip' }],
  ["I don't know", { kind: 'unknown' }],
  ['I am not sure', { kind: 'unknown' }],
  ['hold on', { kind: 'wait' }],
  ['one moment please', { kind: 'wait' }],
  ['no', { kind: 'none' }],
  ['yes', { kind: 'none' }],
  ['book a room for two people', { kind: 'none' }],
  ['two', { kind: 'none' }],
  ['', { kind: 'none' }],
  ['the day after tomorrow', { kind: 'none' }],
  ['is there a cancellation fee', { kind: 'none' }],
];

describe('corrections', () => {
  for (const [utterance, expected] of ROWS) {
    it(`"${utterance}" is ${JSON.stringify(expected)}`, () => {
      expect(brief(readCorrection(utterance, english))).toMatchObject(expected);
    });
  }

  it('keeps every place of what is left', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc
            .array(
              fc.constantFrom('no', 'not', ',', 'Tuesday', 'make', 'it', 'change', 'the', 'date', 'to', 'two', 'I', 'meant', 'sorry', '.'),
            )
            .map((words) => words.join(' ')),
        ),
        (text) => {
          const correction = readCorrection(text, english);
          if (!('rest' in correction)) return;
          expect(correction.rest).toHaveLength(text.length);
          for (const [index, letter] of [...correction.rest].entries())
            if (letter !== ' ' && index < text.length) expect(text).toContain(letter);
        },
      ),
    );
  });
});
