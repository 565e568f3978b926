import { expect, it } from 'vitest';
import { ms } from '#domain/units';
import { CallHarness, answer } from '../harness/call-harness.ts';

const persona = {
  timeZone: 'UTC',
  forms: [
    {
      id: 'account',
      asked: ['what is on my account'],
      slots: [
        {
          name: 'pin',
          type: 'digits',
          length: 4,
          leads: ['pin'],
          secret: true,
          prompt: 'Your PIN, please?',
          again: 'The four digits of your PIN?',
        },
        { name: 'people', type: 'count', prompt: 'For how many people?' },
        { name: 'nights', type: 'count', units: ['night', 'nights'], prompt: 'For how many nights?' },
      ],
      complete: 'look-up',
      done: 'Here it is.',
    },
  ],
  actions: [
    { name: 'look-up', kind: 'module', file: 'actions/x.ts', arguments: { pin: { type: 'digits', length: 4 }, people: { type: 'count' } } },
  ],
  takeMessage: { ask: 'What is your message?', thanks: 'Noted.' },
};

function accountCall(): CallHarness {
  const call = new CallHarness({ persona });
  call.knowledge.answers = [[/account/i, { ...answer('account', ''), action: 'start-form' }]];
  return call.start();
}

/** All that is told of a call, to records, logs and pages. */
const told = (call: CallHarness): string => JSON.stringify(call.events);

/** What the caller says, or keys, one after the other, with time for the bot to answer. */
async function says(call: CallHarness, ...lines: readonly (string | { readonly keys: string })[]): Promise<void> {
  for (const line of lines) {
    const atMs = ms(call.clock.nowMs() + 500);
    if (typeof line === 'string') call.callerSays(line, { atMs });
    else call.callerPresses(line.keys, atMs);
    await call.runUntil(ms(atMs + EVERY_MS));
  }
}

const EVERY_MS = 12_000;

it('a spoken secret goes to the action and into no record, not even where it was not understood at first', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  await says(call, 'what is on my account', '4 7 1', '4711', 'two people, three nights', 'yes');
  expect(call.actions.requests.map(({ args }) => args)).toEqual([{ pin: '4711', people: 2 }]);
  expect(call.answers.map(({ callerText }) => callerText)).toEqual([
    'what is on my account',
    '[masked]',
    '[masked]',
    'two people, three nights',
    'yes',
  ]);
  expect(told(call)).not.toMatch(/4711|4 7 1/);
  await call.finish();
});

it('a secret that is said without being asked for is masked where it stands', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  await says(call, 'what is on my account, my pin is 4711, for two people, three nights');
  expect(call.answers[0]?.callerText).toContain('what is on my account');
  expect(call.answers[0]?.callerText).toContain('[masked]');
  expect(call.answers[0]?.callerText).toContain('for two people');
  expect(told(call)).not.toContain('4711');
  await says(call, 'yes');
  expect(call.actions.requests.map(({ args }) => args)).toEqual([{ pin: '4711', people: 2 }]);
  await call.finish();
});

it('the keys of a secret are masked, those of other answers are not, once it is over', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  await says(call, 'what is on my account', { keys: '4711#' }, { keys: '2#' }, { keys: '3#' });
  // Those of the question right after may still belong to the secret.
  expect(call.all('dtmf').map(({ digit }) => digit)).toEqual(['•', '•', '•', '•', '•', '•', '•', '3', '#']);
  expect(told(call)).not.toContain('4711');
  await call.finish();
});

it('who does not want to tell it is understood, and can be read', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  await says(call, 'what is on my account', 'never mind');
  expect(call.answers.at(-1)).toMatchObject({ callerText: 'never mind', detail: { formEnded: 'cancelled' } });
  await call.finish();
});

it('a secret that is corrected later is masked as well, and so is a part of it that comes late', async () => {
  const call = accountCall();
  await call.runUntil(ms(3_000));
  await says(call, 'what is on my account', '4711', 'No, 4712', 'two people, three nights', 'No, my pin is 4713', 'yes');
  expect(call.actions.requests.map(({ args }) => args)).toEqual([{ pin: '4713', people: 2 }]);
  expect(told(call)).not.toMatch(/471[123]/);
  expect(call.answers.map(({ callerText }) => callerText)).toContain('two people, three nights');
  await call.finish();
});

it('a message holds no PIN, and all else that it has to hold', async () => {
  const call = accountCall();
  call.knowledge.answers = [[/person/i, answer('person', 'Nobody is here.', 'take-message')]];
  await call.runUntil(ms(3_000));
  await says(call, 'I want to talk to a person', 'This is Robin, my number is 4155550123, and my pin is 4711');
  expect(call.all('message-taken').map(({ text }) => text)).toEqual(['This is Robin, my number is 4155550123, and my pin is [masked]']);
  expect(told(call)).not.toContain('4711');
  await call.finish();
});

it('what only the action calls a secret is one for its form too', async () => {
  const [form] = persona.forms;
  const call = new CallHarness({
    persona: {
      ...persona,
      forms: [
        {
          ...form,
          slots: form?.slots.map(({ name, type, prompt, ...slot }) => ({
            name,
            type,
            prompt,
            ...('length' in slot && { length: slot.length }),
            ...('units' in slot && { units: slot.units }),
          })),
        },
      ],
      actions: persona.actions.map((action) => ({ ...action, secret: ['pin'] })),
    },
  });
  call.knowledge.answers = [[/account/i, { ...answer('account', ''), action: 'start-form' }]];
  call.start();
  await call.runUntil(ms(3_000));
  await says(call, 'what is on my account', '4711', 'two people, three nights');
  expect(call.answers.at(-1)?.botText).toContain('Is that right?');
  expect(told(call)).not.toMatch(/4711|four seven one one/);
  await call.finish();
});
