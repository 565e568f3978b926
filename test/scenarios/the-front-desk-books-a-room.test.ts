import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ms } from '#domain/units';
import { openActionKit, type ActionKit } from '#pipeline';
import { CallHarness, answer } from '../harness/call-harness.ts';

const directory = fileURLToPath(new URL('../../config/personas', import.meta.url));
let dataDir: string;
let kit: ActionKit;
let call: CallHarness;
let calls = 0;

/** The hotel's own persona with its own module; it is New Year's day, at midnight. */
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'front-desk-'));
  call = await desk();
});
afterEach(async () => {
  await call.finish();
  await kit.close();
  rmSync(dataDir, { recursive: true, force: true });
  expect(call.errors).toEqual([]);
});

async function desk(): Promise<CallHarness> {
  const made = new CallHarness({ persona: { ...parse(readFileSync(join(directory, 'bot.yaml'), 'utf8')), timeZone: 'UTC' } });
  const opened = await openActionKit([made.persona], {
    directory,
    dataDir,
    allowHosts: [],
    secretOf: () => undefined,
    wallMs: () => made.clock.wallMs(),
    log: { info: () => undefined, error: () => undefined },
  });
  expect(opened.faults).toEqual([]);
  kit = opened.kit;
  made.knowledge.answers = [
    [/book/i, { ...answer('book-meeting-room', ''), action: 'start-form' }],
    [/leave a message/i, { ...answer('message', ''), action: 'start-form' }],
  ];
  calls += 1;
  const callId = `call-${calls}`;
  const runner = kit.runnerFor(made.persona, {
    callId,
    clock: made.clock,
    schedule: made.clock.schedule,
    emit: (event) => made.events.push({ ...event, atMs: made.clock.nowMs() }),
  });
  // Every call of the harness has the same id; what has the same key is done once.
  made.start({
    actions: { ...runner, run: (request, signal) => runner.run({ ...request, idempotencyKey: `${callId}/${request.actionId}` }, signal) },
  });
  await made.runUntil(ms(5_000));
  return made;
}

async function says(...sentences: readonly string[]): Promise<string> {
  for (const text of sentences) {
    const turns = call.all('turn-closed').length;
    call.callerSays(text, { atMs: ms(call.clock.nowMs() + 300) });
    const untilMs = call.clock.nowMs() + 30_000;
    while (call.clock.nowMs() < untilMs && (call.all('turn-closed').length <= turns || call.leg.isBotSpeaking))
      await call.runUntil(ms(call.clock.nowMs() + 100));
  }
  return call.all('turn-closed').at(-1)?.heardText ?? '';
}

const PHRASES = ['Book a room.', 'Mountain View.', 'Today.', '2:30 p.m.', 'Half an hour.', 'Two people.'] as const;

describe('the front desk', () => {
  it('books a room with the phrases of the recordings', async () => {
    expect(await says(...PHRASES)).toBe(
      'That is Mountain View, today, Thursday, January 1st, at half past two in the afternoon, for half an hour, for two people. Is that right?',
    );
    expect(await says('Yes.')).toMatch(/^It is booked\. Your booking number is \d+\. Is there anything else\?$/);
    expect(call.all('action-ended')).toHaveLength(1);
    expect(
      call
        .all('turn-closed')
        .map(({ detail }) => detail?.['formEnded'] ?? detail?.['formAsks'])
        .slice(1),
    ).toEqual(['slot place', 'slot date', 'slot time', 'slot duration', 'slot people', 'read-back', 'done']);
  });

  it('does not book it twice, and offers the nearest free times', async () => {
    await says(...PHRASES, 'Yes.');
    await call.finish();
    call = await desk();
    expect(await says(...PHRASES, 'Yes.')).toMatch(
      /^I am sorry, Mountain View is taken then\. The nearest free times are .* or .*\. Which would you like\?$/,
    );
    expect(await says('The first one.')).toMatch(/Is that right\?$/);
    expect(await says('Yes, please.')).toMatch(/^It is booked\./);
  });

  it('takes everything in one breath, and a correction', async () => {
    expect(await says('I would like to book the library tomorrow at three p.m. for two hours for five people')).toMatch(
      /^Gladly, a meeting room\. That is the Library, tomorrow, .* for five people\. Is that right\?$/i,
    );
    expect(await says('No, make it four people.')).toContain('for four people. Is that right?');
    expect(await says('Yes.')).toMatch(/^It is booked\./);
  });

  it('takes a message with a name and a number', async () => {
    expect(await says('I want to leave a message')).toBe('Of course, I take a message. What is your name, please?');
    await says('My name is Jane Miller.');
    expect(await says('415 555 2671')).toBe('And what is your message?');
    expect(await says('Please tell the manager that the keys are back.')).toMatch(
      /^I have noted your message, Jane Miller, and we call you back at four one five/,
    );
    expect(await says('Yes.')).toContain('I pass it on');
    expect(call.all('message-taken')).toMatchObject([{ text: expect.stringContaining('the keys are back') }]);
  });
});
