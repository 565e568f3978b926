import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Caller, pause } from '#callers/io/caller';
import { longestGapMs } from '#callers/packet-log';
import { strangerSends } from './attack/stranger.ts';
import { torture } from './attack/torture.ts';
import { ROOT_DIR } from './support/app-under-test.ts';
import { speech } from './support/caller-speech.ts';
import { app, records, uri } from './support/shared-app.ts';

test('the torture messages of RFC 4475 and RFC 5118 leave it answering', async () => {
  const result = await torture(app.sipPort, join(ROOT_DIR, 'test', 'vectors', 'sip-torture'));
  expect(result.messages).toBeGreaterThanOrEqual(60);
  expect(result.silentAfter).toEqual([]);
  expect(result.mostAnswers).toBeLessThanOrEqual(3);
});

test('a stranger on the media port gets nothing back and is not heard', async () => {
  const caller = await Caller.dial(uri('echo'));
  await caller.hearBot(800, 5000);
  const words = await speech('Testing one two three four.');
  const played = caller.play(words);
  const returned = await strangerSends(caller.remoteMedia.port, 50);
  const { firstSpeechAtMs, lastSpeechAtMs } = await played;
  await pause(500);
  expect(returned).toBe(0);
  const silentFromMs = (lastSpeechAtMs ?? 0) + 400;
  const later = caller.received.filter((packet) => packet.atMs > silentFromMs && packet.speech);
  expect(later, 'the tone of the stranger after the words').toEqual([]);
  expect(longestGapMs(caller.received, (firstSpeechAtMs ?? 0) + 300, lastSpeechAtMs ?? 0)).toBeLessThan(1500);
  await caller.hangUp();
  const call = await records.waitFor(caller.signallingId, (record) => record.stats !== undefined);
  expect(call?.stats?.['packetsFromStrangers']).toBeGreaterThanOrEqual(40);
});
