import { expect, test } from 'vitest';
import { Caller } from '#callers/io/caller';
import type { RecordedAction } from '#bench/call/io/app-records';
import { transcribeLong } from '#bench/call/io/speech-services';
import { playScript, type PlayedScript } from '#bench/forms/io/play-script';
import { wordsOfPersona } from '#bench/forms/io/words-of-persona';
import { judge, type ScriptOutcomeReport } from '#bench/forms/outcome';
import { loadScript } from '#bench/forms/walk';
import { Baresip } from './phones/baresip.ts';
import { Linphone } from './phones/linphone.ts';
import { ROOT_DIR } from './support/app-under-test.ts';
import { silenceFile } from './support/caller-speech.ts';
import { lineSounds, walkByPhone, type ScriptedPhone } from './support/phone-walk.ts';
import { likeness, records, services, uri } from './support/shared-app.ts';

async function walk(name: string): Promise<{ played: PlayedScript; verdict: ScriptOutcomeReport }> {
  const script = loadScript(name);
  const sounds = lineSounds();
  for (const step of script.steps) await sounds.of(step, script.voice);
  const words = wordsOfPersona('sip:bot@127.0.0.1', ROOT_DIR)(script.form);
  const caller = await Caller.dial(uri('bot'), { fromUser: name });
  try {
    const played = await playScript(caller, script, { sounds, records, words });
    expect(played.record, 'a record of the call').toBeDefined();
    return { played, verdict: judge(script, played.record ?? { turns: [] }, words.typeOf) };
  } finally {
    await caller.hangUp();
  }
}

/** The recordings walk the whole form by a real phone, and what it heard is written down. */
async function bookedBy(phone: ScriptedPhone & { finish(): Promise<Int16Array> }, fromUser: string): Promise<readonly RecordedAction[]> {
  const { call, dialogue, verdict } = await walkByPhone(phone, fromUser, loadScript('booking'));
  const heard = await transcribeLong(services, await phone.finish());
  expect(verdict, dialogue.join('\n')).toMatchObject({ completed: true, wrongActions: [] });
  const booked = call.actions?.at(-1);
  expect(booked).toMatchObject({
    name: 'book-room',
    outcome: 'done',
    args: { place: 'Mountain View', duration: 30, people: 2 },
    authority: { by: 'caller' },
    values: { reference: expect.any(Number) },
  });
  expect(booked?.authority.readBack).toMatch(/Mountain View.*Is that right\?$/);
  expect(likeness(call.turns.at(-1)?.botText ?? '', heard), heard).toBeGreaterThan(0.5);
  expect(likeness(booked?.authority.readBack ?? '', heard), heard).toBeGreaterThan(0.5);
  return call.actions ?? [];
}

test('baresip books the meeting room; linphone wants the same at the same time, and takes what is offered', async () => {
  const first = await Baresip.start({ wav: silenceFile(), fromUser: 'baresip-booking' });
  first.dial(uri('bot'));
  await bookedBy(first, 'baresip-booking');
  const second = await Linphone.start(silenceFile());
  await second.dial(uri('bot'));
  const actions = await bookedBy(second, 'linphone');
  expect(actions[0]).toMatchObject({ name: 'book-room', outcome: 'refused', code: 'taken' });
}, 300_000);

test('a caller leaves a message, with the number on the keypad', async () => {
  const { played, verdict } = await walk('message');
  expect(verdict.wrongActions, played.dialogue.join('\n')).toEqual([]);
  expect(played.record?.actions?.at(-1), played.dialogue.join('\n')).toMatchObject({
    name: 'pass-on',
    outcome: 'done',
    args: { phone: '+14155550123' },
  });
}, 180_000);

test('a caller who thinks better of it has booked nothing', async () => {
  const { played, verdict } = await walk('never-mind');
  expect(verdict, played.dialogue.join('\n')).toMatchObject({ completed: true });
  expect(played.record?.actions).toEqual([]);
}, 180_000);
