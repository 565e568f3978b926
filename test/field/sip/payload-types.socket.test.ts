import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SipText } from '#callers/io/test-phone';
import { pause, until, voice, type FieldPhone } from './field-phone.ts';
import { startFieldStack, type FieldStack } from './field-stack.ts';

let stack: FieldStack;
beforeAll(async () => {
  stack = await startFieldStack();
});
afterAll(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
});

const keys = (phone: FieldPhone) =>
  stack
    .heard(phone)
    .events.flatMap((event) => (event.kind === 'dtmf' ? [event.digit] : []))
    .join('');
const spoke = (phone: FieldPhone) => stack.heard(phone).events.some(({ kind }) => kind === 'voice-started');

type Talk = [what: string, lines: readonly string[], choose: (i: number) => { payloadType: number; law: 'PCMU' | 'PCMA' }];

/** Half a second of talk, in time; `choose` says how each packet is sent. */
async function speak(
  phone: FieldPhone,
  answer: SipText,
  choose: (i: number) => { payloadType: number; law: 'PCMU' | 'PCMA' },
): Promise<void> {
  for (let i = 0; i < 25; i += 1) {
    const { payloadType, law } = choose(i);
    await phone.rtp(answer.body, [{ payloadType, payload: voice(law) }]);
    await pause(19);
  }
}

/** Nothing that came was thrown away. */
async function hangUp(phone: FieldPhone): Promise<void> {
  expect((await phone.ask('BYE')).status).toBe(200);
  const { events } = stack.heard(phone);
  await until('the last count', () => stack.heard(phone).ended !== undefined);
  expect(events.findLast((event) => event.kind === 'media-stats')).toMatchObject({ stats: { packetsMalformed: 0 } });
}

/** An INVITE without SDP whose ACK answers our offer with `lines`. */
async function delayed(...lines: readonly string[]): Promise<{ phone: FieldPhone; ok: SipText }> {
  const phone = await stack.phone();
  const ok = await phone.invite({}, () => phone.sdp(...lines));
  expect(ok.body).toContain('RTP/AVP 0 8 9 111 101 110\r\n');
  await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
  return { phone, ok };
}

async function invited(...lines: readonly string[]): Promise<{ phone: FieldPhone; ok: SipText }> {
  const phone = await stack.phone();
  const ok = await phone.invite({ body: phone.sdp(...lines) });
  expect(ok.status).toBe(200);
  await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
  return { phone, ok };
}

describe('keys were lost, because the bot had made the offer and', () => {
  it.each([
    ['the answer names another number for them', 101, ['m=audio PORT RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000']],
    ['the answer names another number and the phone sends by that', 96, ['m=audio PORT RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000']],
    [
      'the answer gives our number to a codec',
      101,
      ['m=audio PORT RTP/AVP 101 96', 'a=rtpmap:101 PCMA/8000', 'a=rtpmap:96 telephone-event/8000'],
    ],
    ['the answer names a second codec first', 101, ['m=audio PORT RTP/AVP 8 0 127', 'a=rtpmap:127 telephone-event/8000']],
    ['the answer leaves them out', 101, ['m=audio PORT RTP/AVP 0']],
    [
      'the answer says one number twice',
      101,
      ['m=audio PORT RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000', 'a=rtpmap:101 telephone-event/16000'],
    ],
  ])('%s', async (_what, payloadType, lines) => {
    const { phone, ok } = await delayed(...lines);
    await phone.key(ok.body, payloadType, '5');
    await until('a key', () => keys(phone) === '5');
    await hangUp(phone);
  });
});

describe('the caller was not heard, because the bot had made the offer and', () => {
  it.each<Talk>([
    ['the phone prefers A-law and speaks u-law', ['m=audio PORT RTP/AVP 8 0'], () => ({ payloadType: 0, law: 'PCMU' })],
    [
      'the phone names A-law by a number of its own and uses ours',
      ['m=audio PORT RTP/AVP 97', 'a=rtpmap:97 PCMA/8000'],
      () => ({ payloadType: 8, law: 'PCMA' }),
    ],
    [
      'the phone names A-law by a number of its own and uses that',
      ['m=audio PORT RTP/AVP 97', 'a=rtpmap:97 PCMA/8000'],
      () => ({ payloadType: 97, law: 'PCMA' }),
    ],
    [
      'the phone changes between both laws',
      ['m=audio PORT RTP/AVP 0 8'],
      (i: number) => (i % 2 === 0 ? { payloadType: 0, law: 'PCMU' } : { payloadType: 8, law: 'PCMA' }),
    ],
    ['the phone agrees on u-law and speaks A-law all the same', ['m=audio PORT RTP/AVP 0'], () => ({ payloadType: 8, law: 'PCMA' })],
  ])('%s', async (_what, lines, choose) => {
    const { phone, ok } = await delayed(...lines);
    await speak(phone, ok, choose);
    await until('speech', () => spoke(phone));
    await hangUp(phone);
  });

  it('and the bot speaks by the numbers that the answer names', async () => {
    const { phone } = await delayed('m=audio PORT RTP/AVP 97', 'a=rtpmap:97 PCMA/8000');
    await until('packets', () => phone.heardTypes.length > 5);
    expect(new Set(phone.heardTypes)).toEqual(new Set([97]));
    await hangUp(phone);
  });
});

describe('keys were lost although the phone had offered them', () => {
  it.each([
    [
      'at two clocks by one number',
      101,
      ['m=audio PORT RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/16000', 'a=rtpmap:101 telephone-event/8000'],
    ],
    [
      'at two clocks by one number, ours first',
      101,
      ['m=audio PORT RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000', 'a=rtpmap:101 telephone-event/48000'],
    ],
    [
      'at two clocks by two numbers, sent by the wider',
      96,
      ['m=audio PORT RTP/AVP 9 8 96 97', 'a=rtpmap:96 telephone-event/16000', 'a=rtpmap:97 telephone-event/8000'],
    ],
    [
      'at two clocks by two numbers',
      97,
      ['m=audio PORT RTP/AVP 9 8 96 97', 'a=rtpmap:96 telephone-event/16000', 'a=rtpmap:97 telephone-event/8000'],
    ],
    [
      'at 8000 beside a wideband codec',
      101,
      ['m=audio PORT RTP/AVP 111 8 101', 'a=rtpmap:111 opus/48000/2', 'a=rtpmap:101 telephone-event/8000'],
    ],
    [
      'at the clock of its wideband codec only',
      110,
      ['m=audio PORT RTP/AVP 111 0 110', 'a=rtpmap:111 opus/48000/2', 'a=rtpmap:110 telephone-event/48000'],
    ],
  ])('%s', async (_what, payloadType, lines) => {
    const { phone, ok } = await invited(...lines);
    await phone.key(ok.body, payloadType, '9');
    await until('a key', () => keys(phone) === '9');
    await hangUp(phone);
  });

  it('a caller who offered both laws and changes between them is heard', async () => {
    const { phone, ok } = await invited('m=audio PORT RTP/AVP 0 8');
    await speak(phone, ok, (i) => (i % 2 === 0 ? { payloadType: 0, law: 'PCMU' } : { payloadType: 8, law: 'PCMA' }));
    await until('speech', () => spoke(phone));
    await hangUp(phone);
  });

  it('after a re-INVITE without SDP the number of before still counts', async () => {
    const { phone } = await invited('m=audio PORT RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000');
    const ok = await phone.invite({}, () => phone.sdp('m=audio PORT RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000'));
    expect(ok.body).toContain('RTP/AVP 0 8 9 111 96 110\r\n');
    await phone.key(ok.body, 96, '#');
    await until('a key', () => keys(phone) === '#');
    await hangUp(phone);
  });

  it('an offer of ours gives no number another meaning than the phone gave it', async () => {
    const { phone } = await invited('m=audio PORT RTP/AVP 0 101', 'a=rtpmap:101 opus/48000/2');
    const ok = await phone.invite({}, () => phone.sdp('m=audio PORT RTP/AVP 0'));
    expect(ok.body).toContain('RTP/AVP 0 8 9 111 96 110\r\n');
    await hangUp(phone);
  });
});
