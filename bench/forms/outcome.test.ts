import { describe, expect, it } from 'vitest';
import type { RecordedAction, RecordedTurn } from '#bench/call/io/app-records';
import { judge } from './outcome.ts';
import { brokenRow, summariseForms } from './results.ts';
import type { CallerScript } from './script.ts';

const SCRIPT: CallerScript = {
  name: 'a',
  kind: 'in-order',
  form: 'f',
  voice: 'v',
  steps: [],
  expected: { place: 'Library', people: 3 },
  outcome: 'done',
  leastTurns: 4,
};
const action = (more: Partial<RecordedAction> = {}): RecordedAction => ({
  actionId: 1,
  name: 'book',
  args: { place: 'Library', people: 3 },
  authority: { by: 'caller' },
  outcome: 'done',
  ...more,
});
const turn = (detail: Record<string, string>): RecordedTurn => ({
  turnId: 1,
  source: 'dialogue',
  outcome: 'completed',
  callerText: '',
  botText: '',
  heardText: '',
  stages: {},
  detail,
});
const typeOf = (slot: string) => ({ people: 'count', about: 'text', name: 'name' })[slot] ?? 'choice';

describe('what became of a call', () => {
  it('is completed by the action with the right arguments', () => {
    expect(judge(SCRIPT, { actions: [action()], turns: [] }, typeOf)).toMatchObject({
      completed: true,
      wrongActions: [],
      slots: [{ right: true }, { right: true }],
    });
  });

  it.each([
    ['other arguments', [action({ args: { place: 'Library', people: 13 } })]],
    ["no yes of the caller's", [action({ authority: { by: 'declaration' } })]],
    ['once too often', [action(), action({ actionId: 2 })]],
  ])('is a wrong action with %s', (_what, actions) => {
    const verdict = judge(SCRIPT, { actions, turns: [] }, typeOf);
    expect(verdict.completed).toBe(false);
    expect(verdict.wrongActions).toHaveLength(1);
  });

  it('a refused one that is put right is none', () => {
    expect(
      judge(SCRIPT, { actions: [action({ outcome: 'refused', code: 'taken' }), action({ actionId: 2 })], turns: [] }, typeOf),
    ).toMatchObject({ completed: true });
  });

  it('what is called off must not be done', () => {
    const script = { ...SCRIPT, outcome: 'cancelled' as const };
    expect(judge(script, { turns: [turn({ formEnded: 'cancelled' })] }, typeOf)).toMatchObject({ completed: true, slots: [] });
    expect(judge(script, { actions: [action()], turns: [turn({ formEnded: 'cancelled' })] }, typeOf)).toMatchObject({
      completed: false,
      wrongActions: [expect.any(String)],
    });
  });

  it('says where it got stuck', () => {
    expect(judge(SCRIPT, { turns: [turn({ formAsks: 'slot people' })] }, typeOf).why).toBe('stuck at slot people');
    expect(judge(SCRIPT, { turns: [] }, typeOf).why).toBe('the form did not begin');
    expect(judge(SCRIPT, { actions: [action({ outcome: 'failed', code: 'timeout' })], turns: [] }, typeOf).why).toBe(
      'book failed: timeout',
    );
  });

  it('takes most words of a message for the message', () => {
    const script = { ...SCRIPT, expected: { name: 'Taylor', about: 'please call me back about the invoice' } };
    expect(
      judge(script, { actions: [action({ args: { name: 'taylor', about: 'Please call me back about an invoice.' } })], turns: [] }, typeOf)
        .completed,
    ).toBe(true);
    expect(judge(script, { actions: [action({ args: { name: 'Tailor', about: 'please' } })], turns: [] }, typeOf).completed).toBe(false);
  });
});

it('sums up', () => {
  const good = {
    ...brokenRow(SCRIPT, ''),
    ...judge(SCRIPT, { actions: [action()], turns: [] }, typeOf),
    turns: 6,
    firstSoundMs: [300, 500],
  };
  const results = summariseForms([good, brokenRow(SCRIPT, 'refused')]);
  expect(results).toMatchObject({
    callers: 2,
    completed: 1,
    completedRatio: 0.5,
    completedByKind: { 'in-order': '1 of 2' },
    slotAccuracy: { choice: 1, count: 1 },
    turnsPerCompletion: { mean: 6, leastPossible: 4 },
    wrongActions: 0,
  });
  expect(results.firstSoundMs).toMatchObject({ n: 2, p50: 300, p95: 500 });
});
