import { expect, it } from 'vitest';
import { ms, type Ms } from '#domain/units';
import { createActionRunner, openActionKit } from '#pipeline';
import { CallHarness, answer } from '../harness/call-harness.ts';

const personaThatPresses = (digits: string) => ({
  timeZone: 'UTC',
  forms: [
    {
      id: 'door',
      asked: ['open the door'],
      slots: [{ name: 'pin', type: 'digits', length: 4, secret: true, prompt: 'Your code?' }],
      complete: 'open-door',
      done: 'It is open.',
    },
  ],
  actions: [{ name: 'open-door', kind: 'send-digits', digits }],
});

/** A call whose caller has asked for the door, keyed the code, and says yes to it; `saidAtMs` is the end of that yes. */
async function agreed(
  digits = '{pin}#',
  options = {},
): Promise<{ readonly call: CallHarness; readonly pressed: readonly string[]; readonly saidAtMs: Ms }> {
  const call = new CallHarness({ persona: personaThatPresses(digits), options });
  const { kit } = await openActionKit([call.persona], {
    directory: '.',
    dataDir: 'data/never-used',
    allowHosts: [],
    secretOf: () => undefined,
    wallMs: () => call.clock.wallMs(),
    log: { info: () => undefined, error: () => undefined },
  });
  const pressed: string[] = [];
  const actions = createActionRunner(kit.actionsOf(call.persona), {
    callId: 'call-1',
    clock: call.clock,
    schedule: call.clock.schedule,
    emit: (event) => call.events.push({ ...event, atMs: call.clock.nowMs() }),
    log: { error: () => undefined },
    performerOf: () => undefined,
    sendDigits: async (digits) => {
      pressed.push(digits);
      call.pressKeys(digits);
    },
  });
  call.knowledge.answers = [
    [/door/i, { ...answer('door', ''), action: 'start-form' }],
    [/parking/i, answer('parking', 'Parking is behind the house.')],
  ];
  call.start({ actions });
  await call.runUntil(ms(3_000));
  call.callerSays('open the door', { atMs: ms(3_500) });
  await call.runUntil(ms(8_000));
  call.callerPresses('4711', ms(8_500));
  await call.runUntil(ms(15_000));
  return { call, pressed, saidAtMs: call.callerSays('yes', { atMs: ms(15_500) }) };
}

it('the bot presses keys, which are heard and stand in no record', async () => {
  const { call, pressed } = await agreed();
  const before = call.tts.requests.length;
  await call.runUntil(ms(22_000));
  expect(pressed).toEqual(['4711#']);
  expect(call.leg.phone.pressed).toBe('4711#');
  expect(call.all('turn-closed').at(-1)?.heardText).toBe('[keys 1] It is open.');
  expect(call.tts.requests.slice(before).map(({ text }) => text)).toEqual(['It is open.']);
  const acted = JSON.stringify(
    call.events
      .filter(({ kind }) => kind.startsWith('action') || kind === 'turn-closed')
      .map((event) => (event.kind === 'turn-closed' ? event.botText : event)),
  );
  expect(acted).not.toContain('4711');
  await call.finish();
  expect(call.errors).toEqual([]);
});

it('who speaks while keys are pressed does not break them off, and is answered afterwards', async () => {
  const { call, saidAtMs } = await agreed();
  await call.runUntil(ms(saidAtMs + 700));
  call.callerSays('wait, where is the parking', { atMs: ms(saidAtMs + 750), forMs: ms(600) });
  await call.runUntil(ms(saidAtMs + 12_000));
  const heard = call.all('turn-closed').map(({ heardText }) => heardText);
  expect(heard.filter((text) => text.includes('keys'))).toEqual([expect.stringMatching(/^\[keys 1\]/)]);
  expect(heard.at(-1)).toBe('Parking is behind the house.');
  const marks = call.leg.commands.filter(({ kind }) => kind === 'mark-keys');
  expect(marks).toHaveLength(1);
  const modes = call.leg.commands.flatMap((command) => (command.kind === 'set-barge-in' ? [command.mode] : []));
  expect(modes).toEqual(['off', 'on']);
  await call.finish();
});

// What was said at the beginning of many keys was taken for a turn that is stuck, and thrown away.
it('who speaks while keys are pressed for longer than a turn may stand still is answered afterwards', async () => {
  const { call, saidAtMs } = await agreed('{pin}{pin}{pin}{pin}{pin}{pin}#', { faults: { stuckMs: 2_000 } });
  await call.runUntil(ms(saidAtMs + 700));
  call.callerSays('wait, where is the parking', { atMs: ms(saidAtMs + 750), forMs: ms(600) });
  await call.runUntil(ms(saidAtMs + 14_000));
  expect(call.leg.phone.pressed).toBe(`${'4711'.repeat(6)}#`);
  expect(call.all('fault')).toEqual([]);
  expect(call.all('turn-closed').at(-1)?.heardText).toBe('Parking is behind the house.');
  await call.finish();
  expect(call.errors).toEqual([]);
});
