import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Caller } from '#bench/call/caller/io/caller';
import { LineSounds } from '#bench/forms/io/line-sounds';
import { playScript, type PlayedScript } from '#bench/forms/io/play-script';
import { wordsOfPersona } from '#bench/forms/io/words-of-persona';
import { judge, type ScriptOutcomeReport } from '#bench/forms/outcome';
import { loadScript } from '#bench/forms/walk';
import { app, records, services, uri } from './support/shared-app.ts';
import { ROOT_DIR } from './support/app-under-test.ts';

async function walk(name: string): Promise<{ played: PlayedScript; verdict: ScriptOutcomeReport }> {
  const script = loadScript(name);
  const recordings = script.recordings === undefined ? undefined : join(ROOT_DIR, script.recordings);
  const sounds = new LineSounds({ services, cacheDir: join(app.dataDir, 'speech'), recordings: recordings !== undefined && existsSync(recordings) ? recordings : undefined });
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

test('a caller books the meeting room, and the record tells who agreed to it', async () => {
  const { played, verdict } = await walk('booking');
  expect(verdict, played.dialogue.join('\n')).toMatchObject({ completed: true, wrongActions: [] });
  const actions = played.record?.actions ?? [];
  expect(actions.at(-1)).toMatchObject({ name: 'book-room', outcome: 'done', args: { place: 'Mountain View', time: '14:30', duration: 30, people: 2 }, authority: { by: 'caller' }, values: { reference: expect.any(Number) } });
  expect(actions.at(-1)?.authority.readBack).toMatch(/Mountain View.*Is that right\?$/);
}, 180_000);

test('a caller leaves a message, with the number on the keypad', async () => {
  const { played, verdict } = await walk('message');
  expect(verdict.wrongActions, played.dialogue.join('\n')).toEqual([]);
  expect(played.record?.actions?.at(-1), played.dialogue.join('\n')).toMatchObject({ name: 'pass-on', outcome: 'done', args: { phone: '+14155550123' } });
}, 180_000);

test('a caller who thinks better of it has booked nothing', async () => {
  const { played, verdict } = await walk('never-mind');
  expect(verdict, played.dialogue.join('\n')).toMatchObject({ completed: true });
  expect(played.record?.actions).toEqual([]);
}, 180_000);
