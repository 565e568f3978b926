import { afterEach, describe, expect, test } from 'vitest';
import { Caller, pause, type DialOptions } from '#callers/io/caller';
import { lastSpeechBeforeGap, longestGapMs } from '#callers/packet-log';
import { transcribeLong } from '#bench/call/io/speech-services';
import { speech } from './support/caller-speech.ts';
import { bot, answerAbout, likeness, records, services, until, uri } from './support/shared-app.ts';

const open: Caller[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((caller) => caller.hangUp()));
});

async function dial(user: string, options: DialOptions = {}): Promise<Caller> {
  const caller = await Caller.dial(uri(user), options);
  open.push(caller);
  return caller;
}

async function dialGreeted(options: DialOptions = {}): Promise<Caller> {
  const caller = await dial('bot', options);
  expect(await caller.hearBot(1000), 'a greeting').toBe(true);
  return caller;
}

/** Speaks, and returns when the bot began to answer, after the caller's last sound. */
async function ask(caller: Caller, text: string): Promise<number> {
  const played = await caller.play(await speech(text));
  const lastMs = played.lastSpeechAtMs ?? played.endAtMs;
  const answerMs = await caller.botSpeaks(lastMs, lastMs + 8000);
  expect(answerMs, `an answer to "${text}"`).toBeDefined();
  return (answerMs ?? 0) - lastMs;
}

/** Half a minute in which nothing is computed: it goes on beside the others. */
const silentCall = (async () => {
  const caller = await Caller.dial(uri('bot'), { fromUser: 'silent' });
  await Promise.race([caller.ended, pause(60_000)]);
  await caller.hangUp();
  return caller;
})();
silentCall.catch(() => {});

describe('a turn', () => {
  test('is answered from the knowledge, quickly, and recorded with its stages', async () => {
    const caller = await dialGreeted({ fromUser: 'knowing', headers: { 'X-Campaign': 'spring' } });
    const firstSoundMs = await ask(caller, 'What time is breakfast?');
    await caller.botQuiet(1000, performance.now() + 20_000);
    const call = await records.waitFor(caller.signallingId, (record) => record.turns.length >= 2);
    const turn = call?.turns.at(-1);
    expect(turn).toMatchObject({ source: 'knowledge', outcome: 'completed' });
    expect(turn?.heardText).toContain(answerAbout(/breakfast/).slice(0, 20));
    expect(Object.keys(turn?.stages ?? {})).toEqual(expect.arrayContaining(['turnEndMs', 'firstPacketMs']));
    expect(firstSoundMs).toBeLessThan(2500); // a shared machine under test; the bench is where the figure is held to account
    expect(call?.facts).toMatchObject({ fromUser: 'knowing', toUser: 'bot', headers: { 'x-campaign': 'spring' } });
  });

  test('that says goodbye ends the call', async () => {
    const caller = await dialGreeted();
    await ask(caller, 'That is all, thank you, goodbye.');
    const end = await Promise.race([caller.ended, pause(15_000)]);
    expect(end).toMatchObject({ by: 'bot' });
    const call = await records.waitFor(caller.signallingId, (record) => record.endReason !== undefined);
    expect(call?.endReason).toBe('bot/goodbye');
  });
});

describe('speaking over the bot', () => {
  test('words stop it at once and are answered', async () => {
    const caller = await dialGreeted();
    const interruption = await speech('Wait, what about parking?');
    await ask(caller, 'What time is breakfast?');
    await pause(700);
    const played = await caller.play(interruption);
    const firstMs = played.firstSpeechAtMs ?? 0;
    const lastMs = played.lastSpeechAtMs ?? 0;
    const stopMs = await until('the bot to stop', 2500, () => lastSpeechBeforeGap(caller.received, firstMs, 200, performance.now()));
    expect(stopMs - firstMs).toBeLessThan(700);
    expect(await caller.botSpeaks(Math.max(lastMs, stopMs + 200), lastMs + 8000), 'an answer to the interruption').toBeDefined();
    await caller.botQuiet(1000, performance.now() + 20_000);
    const call = await records.waitFor(caller.signallingId, (record) => record.turns.length >= 3);
    expect(call?.turns.find((turn) => turn.callerText.toLowerCase().includes('breakfast'))?.outcome).toBe('interrupted');
    expect(call?.turns.at(-1)?.callerText.toLowerCase()).toContain('park');
    await caller.hangUp();
    const ended = await records.waitFor(caller.signallingId, (record) => record.stats !== undefined);
    expect(ended?.stats).toMatchObject({ staleTurnPackets: 0 });
  });

  test('a backchannel does not', async () => {
    const caller = await dialGreeted();
    const mhm = await speech('Mhm.');
    await ask(caller, 'What time is breakfast?');
    await pause(700);
    const played = await caller.play(mhm);
    await pause(1300);
    expect(longestGapMs(caller.received, played.firstPacketAtMs, performance.now())).toBeLessThan(1100);
    await caller.botQuiet(1000, performance.now() + 20_000);
    const call = await records.waitFor(caller.signallingId, (record) => record.turns.length >= 2);
    expect(call?.turns.find((turn) => turn.callerText.toLowerCase().includes('breakfast'))?.outcome).toBe('completed');
  });
});

test('the echo address plays the caller back within a fifth of a second', async () => {
  const caller = await dial('echo');
  await caller.hearBot(800, 5000);
  const played = await caller.play(await speech('Testing one two three four.'));
  const firstMs = played.firstSpeechAtMs ?? 0;
  const echoMs = await caller.botSpeaks(firstMs, firstMs + 3000);
  expect(echoMs).toBeDefined();
  expect((echoMs ?? 0) - firstMs).toBeLessThan(200);
  await pause(400);
  const heard = await transcribeLong(services, caller.heard(firstMs));
  expect(likeness('Testing one two three four.', heard), heard).toBeGreaterThan(0.55);
});

test('keys reach the record, as telephone events and by INFO', async () => {
  const caller = await dialGreeted();
  await caller.sendDigits('42#');
  expect(await caller.infoDigit('7')).toBe(200);
  const call = await records.waitFor(caller.signallingId, (record) => (record.dtmf ?? '').length >= 4, 5000);
  expect(call?.dtmf).toBe('42#7');
});

test('held, resumed and moved to another port, the conversation goes on', async () => {
  const caller = await dialGreeted();
  const held = await caller.reinvite({ direction: 'sendonly' });
  expect(held).toMatchObject({ status: 200 });
  expect(['recvonly', 'inactive']).toContain(held.answer?.direction);
  await pause(600);
  expect(await caller.reinvite({ direction: 'sendrecv', newPort: true })).toMatchObject({ status: 200, answer: { direction: 'sendrecv' } });
  await pause(300);
  await ask(caller, 'What time is breakfast?');
  await caller.botQuiet(1000, performance.now() + 20_000);
  const call = await records.waitFor(caller.signallingId, (record) => record.turns.some((turn) => turn.source === 'knowledge'));
  expect(call?.turns.some((turn) => turn.source === 'knowledge')).toBe(true);
});

test('a caller who says nothing is asked twice and let go politely', async () => {
  const caller = await silentCall;
  expect(caller.hasEnded).toMatchObject({ by: 'bot' });
  const call = await records.waitFor(caller.signallingId, (record) => record.endReason !== undefined);
  expect(call?.endReason).toBe('bot/silent-caller');
  const heard = await transcribeLong(services, caller.heard(caller.answeredAtMs, caller.hasEnded?.atMs));
  expect(likeness(bot.stillThere[0] ?? '', heard), heard).toBeGreaterThan(0.5);
  expect(likeness(bot.silentGoodbye, heard), heard).toBeGreaterThan(0.5);
});
