import { describe, expect, test } from 'vitest';
import type { RecordedCall } from '#bench/call/io/app-records';
import { transcribeLong } from '#bench/call/io/speech-services';
import { Baresip, type BaresipOptions } from './phones/baresip.ts';
import { Linphone } from './phones/linphone.ts';
import { silenceFile, speechFile } from './support/caller-speech.ts';
import { bot, answerAbout, likeness, newestCall, services, until, uri } from './support/shared-app.ts';

const KNOWN = 'What time is breakfast?';
/** Without a pause inside: where a turn ends is for other tests. */
const UNKNOWN = 'How old is the Brooklyn Bridge?';

/** Turns of the call so far that were answers or phrases, without the greeting. */
const answers = (call: RecordedCall) => call.turns.filter((turn) => turn.source !== 'greeting');

async function greeted(fromUser: string): Promise<RecordedCall> {
  return until(`a greeting for ${fromUser}`, 15_000, async () => {
    const call = await newestCall(fromUser);
    return call?.turns.some((turn) => turn.source === 'greeting') && call;
  });
}

async function answered(fromUser: string, count: number): Promise<RecordedCall> {
  return until(`${count} answers for ${fromUser}`, 25_000, async () => {
    const call = await newestCall(fromUser);
    return call && answers(call).length >= count && call;
  });
}

async function ended(fromUser: string): Promise<RecordedCall> {
  return until(`the end of ${fromUser}'s call in its record`, 5_000, async () => {
    const call = await newestCall(fromUser);
    return call?.endReason !== undefined && call;
  });
}

interface Phone {
  speak(wav: string): void;
  finish(): Promise<Int16Array>;
}

/** Asks what the knowledge answers and what it does not, then compares record, recording and what was meant. */
async function conversation(phone: Phone, fromUser: string): Promise<void> {
  await greeted(fromUser);
  phone.speak(await speechFile(KNOWN));
  await answered(fromUser, 1);
  phone.speak(await speechFile(UNKNOWN));
  const call = await answered(fromUser, 2);
  const heard = await transcribeLong(services, await phone.finish());
  const [known, unknown] = answers(call);
  const breakfast = answerAbout(/breakfast/);
  expect(known?.callerText.toLowerCase()).toContain('breakfast');
  expect(known?.source).toBe('knowledge');
  expect(known?.botText).toContain(breakfast.slice(0, 25));
  expect(likeness(breakfast, heard), `"${breakfast}" in what was heard: "${heard}"`).toBeGreaterThan(0.65);
  expect(likeness(UNKNOWN, unknown?.callerText ?? '')).toBeGreaterThan(0.5);
  expect(likeness(bot.unsure, heard), `"${bot.unsure}" in what was heard: "${heard}"`).toBeGreaterThan(0.6);
  expect(likeness(bot.greeting, heard), `the greeting in what was heard: "${heard}"`).toBeGreaterThan(0.6);
}

/** One question, heard and answered, in a call whose record says how it was encrypted. */
async function encryptedQuestion(phone: Phone, fromUser: string): Promise<void> {
  await greeted(fromUser);
  phone.speak(await speechFile(KNOWN));
  const call = await answered(fromUser, 1);
  const heard = await transcribeLong(services, await phone.finish());
  expect(answers(call)[0]?.source).toBe('knowledge');
  expect(likeness(answerAbout(/breakfast/), heard), heard).toBeGreaterThan(0.65);
  expect((await ended(fromUser)).encryption).toBe('sdes-aes128-cm-sha1-80');
}

describe('baresip', () => {
  async function dial(fromUser: string, options: Omit<BaresipOptions, 'wav' | 'fromUser'>, user = 'bot'): Promise<Baresip> {
    const phone = await Baresip.start({ ...options, wav: silenceFile(), fromUser });
    phone.dial(uri(user, options.transport === 'tcp' ? ';transport=tcp' : ''));
    await phone.event('CALL_ESTABLISHED');
    return phone;
  }

  test('asks the front desk over UDP in mu-law', async () => {
    await conversation(await dial('baresip-udp', { account: 'audio_codecs=PCMU/8000/1' }), 'baresip-udp');
  });

  test('asks over TCP in A-law', async () => {
    const phone = await dial('baresip-tcp', { account: 'audio_codecs=PCMA/8000/1', transport: 'tcp' });
    await greeted('baresip-tcp');
    phone.speak(await speechFile(KNOWN));
    const call = await answered('baresip-tcp', 1);
    const heard = await transcribeLong(services, await phone.finish());
    expect(answers(call)[0]?.source).toBe('knowledge');
    expect(likeness(answerAbout(/breakfast/), heard), heard).toBeGreaterThan(0.65);
  });

  test.each([
    ['and nothing else (SDES)', 'srtp-mand'],
    ['where that is possible (RFC 8643)', 'srtp'],
  ])('asks encrypted %s', async (_what, mediaEncryption) => {
    const fromUser = `baresip-${mediaEncryption}`;
    const phone = await dial(fromUser, { account: `audio_codecs=PCMU/8000/1;mediaenc=${mediaEncryption}` });
    await encryptedQuestion(phone, fromUser);
  });

  test('hears itself on the echo address, presses keys, holds and resumes', async () => {
    const phone = await dial('baresip-echo', {}, 'echo');
    await greeted('baresip-echo');
    phone.speak(await speechFile('Testing one two three four.'));
    await new Promise((resolve) => setTimeout(resolve, 3500));
    phone.press('5');
    phone.press('#');
    await until('the digits in the record', 8000, async () => (await newestCall('baresip-echo'))?.dtmf?.includes('5'));
    phone.command('hold'); // its recording ends here: what is heard after a hold is for the synthetic caller to test
    await new Promise((resolve) => setTimeout(resolve, 800));
    phone.command('resume');
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(phone.closed).toBe(false);
    const heard = await transcribeLong(services, await phone.finish());
    expect(likeness('Testing one two three four.', heard), heard).toBeGreaterThan(0.55);
    const call = await until('the end in the record', 5000, async () => {
      const c = await newestCall('baresip-echo');
      return c?.endReason !== undefined && c;
    });
    expect(call.endReason).toBe('caller/hangup');
  });
});

test('linphone, with all its codecs on offer, asks the front desk', async () => {
  const phone = await Linphone.start(silenceFile());
  await phone.dial(uri('bot'));
  await conversation(phone, 'linphone');
});

test('linphone, which takes encrypted audio only, asks the front desk', async () => {
  const phone = await Linphone.start(silenceFile(), 'encrypted');
  await phone.dial(uri('bot'));
  await encryptedQuestion(phone, 'linphone');
});
