import { expect, it } from 'vitest';
import { ms } from '#domain/units';
import { CallHarness, answer } from '../harness/call-harness.ts';

const persona = {
  timeZone: 'UTC',
  forms: [{
    id: 'account', asked: ['what is on my account'],
    slots: [
      { name: 'pin', type: 'digits', length: 4, leads: ['pin'], secret: true, prompt: 'Your PIN, please?', again: 'The four digits of your PIN?' },
      { name: 'people', type: 'count', prompt: 'For how many people?' },
    ],
    complete: 'look-up', done: 'Here it is.',
  }],
  actions: [{ name: 'look-up', kind: 'module', file: 'actions/x.ts', arguments: { pin: { type: 'digits', length: 4 }, people: { type: 'count' } } }],
};

function accountCall(): CallHarness {
  const call = new CallHarness({ persona });
  call.knowledge.answers = [[/account/i, { ...answer('account', ''), action: 'start-form' }]];
  return call.start();
}

/** All that is told of a call, to records, logs and pages. */
const told = (call: CallHarness): string => JSON.stringify(call.events);

it('a spoken secret goes to the action and into no record, not even where it was not understood at first', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  call.callerSays('what is on my account', { atMs: ms(3_500) });
  await call.runUntil(ms(9_000));
  call.callerSays('4 7 1', { atMs: ms(9_500) });
  await call.runUntil(ms(17_000));
  call.callerSays('4711', { atMs: ms(17_500) });
  await call.runUntil(ms(25_000));
  call.callerSays('two people', { atMs: ms(25_500) });
  await call.runUntil(ms(33_000));
  call.callerSays('yes', { atMs: ms(33_500) });
  await call.runUntil(ms(40_000));
  expect(call.actions.requests.map(({ args }) => args)).toEqual([{ pin: '4711', people: 2 }]);
  expect(call.answers.map(({ callerText }) => callerText)).toEqual(['what is on my account', '[masked]', '[masked]', 'two people', 'yes']);
  expect(told(call)).not.toMatch(/4711|4 7 1/);
  await call.finish();
});

it('a secret that is said without being asked for is masked where it stands', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  call.callerSays('what is on my account, my pin is 4711, for two people', { atMs: ms(3_500) });
  await call.runUntil(ms(13_000));
  expect(call.answers[0]?.callerText).toContain('what is on my account');
  expect(call.answers[0]?.callerText).toContain('[masked]');
  expect(call.answers[0]?.callerText).toContain('for two people');
  expect(told(call)).not.toContain('4711');
  call.callerSays('yes', { atMs: ms(13_500) });
  await call.runUntil(ms(20_000));
  expect(call.actions.requests.map(({ args }) => args)).toEqual([{ pin: '4711', people: 2 }]);
  await call.finish();
});

it('the keys of a secret are masked, those of other answers are not', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  call.callerSays('what is on my account', { atMs: ms(3_500) });
  await call.runUntil(ms(9_000));
  call.callerPresses('4711#', ms(9_500));
  await call.runUntil(ms(17_000));
  call.callerPresses('2#', ms(17_500));
  await call.runUntil(ms(24_000));
  expect(call.all('dtmf').map(({ digit }) => digit)).toEqual(['•', '•', '•', '•', '•', '2', '#']);
  expect(told(call)).not.toContain('4711');
  await call.finish();
});

it('who does not want to tell it is understood, and can be read', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  call.callerSays('what is on my account', { atMs: ms(3_500) });
  await call.runUntil(ms(9_000));
  call.callerSays('never mind', { atMs: ms(9_500) });
  await call.runUntil(ms(25_000));
  expect(call.answers.at(-1)).toMatchObject({ callerText: 'never mind', detail: { formEnded: 'cancelled' } });
  await call.finish();
});
