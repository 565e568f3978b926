import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionResult } from '../actions/action.ts';
import { yesOrNo } from './commands.ts';
import { english } from '../../language/english/english.ts';
import { ROOM, Talk, formOf, type Heard } from './testing/talk.ts';

const WORDS = [
  'Mountain View', 'Library', 'today', 'tomorrow', 'Tuesday', 'yesterday', 'at three', 'half past two p.m.', 'at six', 'half an hour', 'two hours', 'two people', 'three', 'no', 'yes', 'not', 'but', 'actually', 'make it',
  'never mind', 'go back', 'start again', 'repeat', 'what do you need from me', 'help', 'I do not know', 'two or three', 'the second one', 'the time', 'is wrong', 'blue', '31st of June', 'confirm everything', 'please', 'ninety', '?', ',',
];
const sentence = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')),
  fc.constantFrom('yes', 'no', 'yes please', 'two people', 'Mountain View', 'tomorrow', 'at three p.m.', 'an hour'),
  fc.string({ maxLength: 60 }),
);
const heard: fc.Arbitrary<Heard> = fc.record({ text: sentence, confidence: fc.double({ min: 0, max: 1, noNaN: true }), keys: fc.boolean() });
/** A booking that comes to its read-back, and a yes to that, with anything at all in between and afterwards. */
const booking: fc.Arbitrary<readonly Heard[]> = fc
  .tuple(
    ...['Library', 'tomorrow', 'at three p.m.', 'an hour', 'two people', 'yes'].map((text) =>
      fc.array(heard, { maxLength: 1 }).map((others) => [...others, { text, confidence: 1, keys: false }]),
    ),
    fc.array(heard, { maxLength: 20 }),
  )
  .map((parts) => parts.flat());
const result: fc.Arbitrary<ActionResult> = fc.oneof(
  fc.constant<ActionResult>({ kind: 'done', values: {} }),
  fc.record({ slot: fc.constantFrom('time', 'date', 'none'), offers: fc.array(fc.constantFrom('15:00', '16:30', 'x', 7), { maxLength: 5 }) }).map(({ slot, offers }): ActionResult => ({ kind: 'refused', code: 'taken', values: {}, slot, offers })),
  fc.boolean().map((mayHaveHappened): ActionResult => ({ kind: 'failed', code: 'x', detail: '', mayHaveHappened })),
);

/** What callers do and what comes of actions, until the form is over. */
function drive(steps: readonly Heard[], results: readonly ActionResult[], watch: (talk: Talk, before: Talk['state'], step: Heard, saidBefore: string) => void): Talk {
  const talk = new Talk(formOf(ROOM));
  let at = 0;
  for (const step of steps) {
    const before = talk.state;
    const saidBefore = talk.said;
    if (before === undefined) break;
    talk.hears(step);
    watch(talk, before, step, saidBefore);
    if (talk.state?.question.kind === 'acting') talk.results(results[at++ % Math.max(1, results.length)] ?? { kind: 'done', values: {} });
  }
  return talk;
}

describe('whatever a caller says', () => {
  it('the form acts only on a yes to a read-back of just these values, and only once for it', () => {
    let acted = 0;
    fc.assert(fc.property(fc.oneof(booking, fc.array(heard, { maxLength: 40 })), fc.array(result, { maxLength: 4 }), (steps, results) => {
      let runs = 0;
      drive(steps, results, (talk, before, step, saidBefore) => {
        if (talk.runs.length === runs) return;
        expect(talk.runs.length).toBe(runs + 1);
        runs = talk.runs.length;
        acted += 1;
        const question = before?.question;
        if (question?.kind !== 'read-back') throw new Error('acted without having read back');
        expect(saidBefore).toContain(question.text);
        expect(step.keys === true ? step.text : yesOrNo(step.text, english)).toBe(step.keys === true ? '1' : 'yes');
        expect(talk.runs.at(-1)).toEqual({ action: 'book-room', args: before?.values, agreed: { readBack: question.text, answer: step.text } });
        for (const slot of talk.form.slots) expect(slot.type.accepts(before?.values[slot.name])).toBe(true);
      });
    }), { numRuns: 150 });
    // Of anything at all nothing comes: who never acts proves nothing.
    expect(acted).toBeGreaterThan(10);
  });

  it('a form comes to its end', () => {
    fc.assert(fc.property(fc.array(heard, { minLength: 80, maxLength: 100 }), fc.array(result, { minLength: 1, maxLength: 4 }), (steps, results) => {
      expect(drive(steps, results, () => undefined).state).toBeUndefined();
    }), { numRuns: 60 });
  });

  it('there is something to be heard after each step', () => {
    fc.assert(fc.property(fc.array(heard, { maxLength: 30 }), (steps) => {
      drive(steps, [{ kind: 'done', values: {} }], (talk) => {
        expect(talk.said !== '' || talk.state?.question.kind === 'acting' || talk.ending?.followUp === 'take-message').toBe(true);
      });
    }), { numRuns: 80 });
  });
});
