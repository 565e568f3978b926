import { expect, test } from 'vitest';
import {
  countSpeech,
  firstSpeechAfter,
  lastSpeechBefore,
  lastSpeechBeforeGap,
  longestGapMs,
  receivedSound,
  type ReceivedPacket,
} from './packet-log.ts';
import { encodeLaw } from './g711.ts';

/** One letter is 20 ms: `s` speech, `.` none. */
function packets(pattern: string, ssrc = 1): ReceivedPacket[] {
  return [...pattern].map((letter, i) => ({
    atMs: i * 20,
    ssrc,
    sequence: i,
    timestamp: i * 160,
    payloadType: 0,
    law: 'pcmu',
    payload: encodeLaw('pcmu', new Int16Array(160).fill(letter === 's' ? 5000 : 0)),
    speech: letter === 's',
  }));
}

test('first and last speech', () => {
  const log = packets('..ss..s.');
  expect(firstSpeechAfter(log, 0)).toBe(40);
  expect(firstSpeechAfter(log, 61)).toBe(120);
  expect(firstSpeechAfter(log, 121)).toBeUndefined();
  expect(lastSpeechBefore(log, 120)).toBe(60);
});

test('the bot has stopped only when a gap follows', () => {
  const log = packets(`ss..ss${'.'.repeat(12)}ss`);
  expect(lastSpeechBeforeGap(log, 0, 200, 1000)).toBe(100);
  expect(lastSpeechBeforeGap(packets('ss'), 0, 200, 60)).toBeUndefined();
  expect(lastSpeechBeforeGap(packets('ss'), 0, 200, 300)).toBe(20);
  expect(longestGapMs(log, 0, 1000)).toBe(260);
  expect(countSpeech(log, 0, 90)).toBe(3);
});

test('what was heard lies where it arrived, a lost packet is silence', () => {
  const log = packets('sss').filter((_, i) => i !== 1);
  const sound = receivedSound(log, -20, 60);
  expect(sound.length).toBe(640);
  expect(sound[0]).toBe(0);
  expect(sound[160]).toBeGreaterThan(4800);
  expect(sound[330]).toBe(0);
  expect(sound[480]).toBeGreaterThan(4800);
});
