import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SipText } from '#callers/io/test-phone';
import { until, type FieldPhone } from './field-phone.ts';
import { startFieldStack, type FieldStack } from './field-stack.ts';

let stack: FieldStack;
beforeAll(async () => {
  stack = await startFieldStack();
});
afterAll(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
});

const AUDIO = ['m=audio PORT RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000'];
const VIDEO = ['m=video 9078 RTP/AVP 96', 'a=rtpmap:96 VP8/90000'];
const FAX = ['m=image 4200 udptl t38', 'a=T38FaxVersion:0'];
const TEXT = ['m=text 9080 RTP/AVP 98', 'a=rtpmap:98 t140/1000'];
const CHAT = ['m=message 7654 TCP/MSRP *'];
/** Encrypted audio that cannot be: what can be is in `sip-gateway/sdp/crypto.test.ts`. */
const KEYLESS = ['m=audio 5004 RTP/SAVP 0'];
const off = (lines: readonly string[]) => [(lines[0] ?? '').replace(/^(m=\S+) \S+/, '$1 0')];

/** `audio 30000 RTP/AVP 0 101` of each line, `on` in place of a port that is not 0. */
const mediaLines = ({ body }: SipText) =>
  body
    .split('\r\n')
    .filter((line) => line.startsWith('m='))
    .map((line) => line.slice(2).replace(/ [1-9]\d* /, ' on '));
const version = ({ body }: SipText) => Number(/^o=\S+ \S+ (\d+)/m.exec(body)?.[1]);

async function called(...lines: readonly string[]): Promise<{ phone: FieldPhone; ok: SipText }> {
  const phone = await stack.phone();
  const ok = await phone.invite({ body: phone.sdp(...lines) });
  if (ok.status === 200) await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
  return { phone, ok };
}

/** The call is there as it was: keys arrive, the bot is heard, and hanging up is the caller's. */
async function goesOn(phone: FieldPhone, ok: SipText): Promise<void> {
  const before = phone.heardTypes.length;
  await phone.key(ok.body, 101, '3');
  await until('a key', () => stack.heard(phone).events.some((event) => event.kind === 'dtmf' && event.digit === '3'));
  await until('packets of the bot', () => phone.heardTypes.length > before + 3);
  expect((await phone.ask('BYE')).status).toBe(200);
  await until('the end', () => stack.heard(phone).ended === 'caller/hangup');
}

describe('the phone hung up, because an offer of ours had fewer lines than there were', () => {
  it.each([
    ['audio, video', [...AUDIO, ...VIDEO], ['audio on RTP/AVP 0 8 9 111 101 110', 'video 0 RTP/AVP 96']],
    ['video, audio', [...VIDEO, ...AUDIO], ['video 0 RTP/AVP 96', 'audio on RTP/AVP 0 8 9 111 101 110']],
    ['audio, fax', [...AUDIO, ...FAX], ['audio on RTP/AVP 0 8 9 111 101 110', 'image 0 udptl t38']],
    ['secure audio without a key, plain audio', [...KEYLESS, ...AUDIO], ['audio 0 RTP/SAVP 0', 'audio on RTP/AVP 0 8 9 111 101 110']],
    [
      'audio, video, text, chat',
      [...AUDIO, ...VIDEO, ...TEXT, ...CHAT],
      ['audio on RTP/AVP 0 8 9 111 101 110', 'video 0 RTP/AVP 96', 'text 0 RTP/AVP 98', 'message 0 TCP/MSRP *'],
    ],
    [
      'audio with feedback, video',
      [(AUDIO[0] as string).replace('AVP', 'AVPF'), AUDIO[1] as string, ...VIDEO],
      ['audio on RTP/AVPF 0 8 9 111 101 110', 'video 0 RTP/AVP 96'],
    ],
  ])('%s', async (_what, lines, expected) => {
    const { phone } = await called(...lines);
    const ok = await phone.invite({}, (offer) => phone.sdp(...answerTo(offer)));
    expect(mediaLines(ok)).toEqual(expected);
    await goesOn(phone, ok);
  });

  it('nor fewer than an offer within the call had added', async () => {
    const { phone } = await called(...AUDIO);
    await phone.invite({ body: phone.sdp(...AUDIO, ...VIDEO) });
    const ok = await phone.invite({}, (offer) => phone.sdp(...answerTo(offer)));
    expect(mediaLines(ok)).toEqual(['audio on RTP/AVP 0 8 9 111 101 110', 'video 0 RTP/AVP 96']);
    await goesOn(phone, ok);
  });

  it('while all lines were off, which is how some phones hold', async () => {
    const { phone } = await called(...VIDEO, ...AUDIO);
    expect(mediaLines(await phone.invite({ body: phone.sdp(...off(VIDEO), ...off(AUDIO)) }))).toEqual([
      'video 0 RTP/AVP 96',
      'audio 0 RTP/AVP 0 101',
    ]);
    const ok = await phone.invite({}, (offer) => phone.sdp(...answerTo(offer)));
    expect(mediaLines(ok)).toEqual(['video 0 RTP/AVP 96', 'audio on RTP/AVP 0 8 9 111 101 110']);
    await goesOn(phone, ok);
  });

  it('and an answer with another number of lines ends the call with a BYE that says so', async () => {
    const { phone } = await called(...AUDIO, ...VIDEO);
    await phone.invite({}, () => phone.sdp(...AUDIO));
    const bye = await phone.take('BYE', ({ method, status }) => method === 'BYE' && status === 0);
    phone.reply(bye, '200 OK');
    await until('the end', () => stack.heard(phone).ended !== undefined);
    expect(stack.heard(phone).ended).toBe('network/rejected-by-peer');
  });
});

describe('the call went silent, because a fax or video was asked for within it', () => {
  it.each([
    ['audio off, fax', [...off(AUDIO), ...FAX]],
    ['fax, audio off', [...FAX, ...off(AUDIO)]],
    ['fax alone', FAX],
    ['audio off, video', [...off(AUDIO), ...VIDEO]],
    ['audio off, secure audio without a key', [...off(AUDIO), ...KEYLESS]],
    ['audio off, chat', [...off(AUDIO), ...CHAT]],
  ])('%s', async (_what, lines) => {
    const { phone, ok } = await called(...AUDIO);
    const refusal = await phone.invite({ body: phone.sdp(...lines) });
    expect(refusal.status).toBe(488);
    expect(refusal.header('Warning')).toMatch(/^30[24] /);
    const again = await phone.invite({ body: phone.sdp(...AUDIO) });
    expect(again.body).toBe(ok.body);
    await goesOn(phone, ok);
  });

  it.each([
    ['audio, fax', [...AUDIO, ...FAX], ['audio on RTP/AVP 0 101', 'image 0 udptl t38']],
    ['fax, audio', [...FAX, ...AUDIO], ['image 0 udptl t38', 'audio on RTP/AVP 0 101']],
  ])('beside the audio it is declined and the audio goes on: %s', async (_what, lines, expected) => {
    const { phone } = await called(...AUDIO);
    const ok = await phone.invite({ body: phone.sdp(...lines) });
    expect(mediaLines(ok)).toEqual(expected);
    await goesOn(phone, ok);
  });

  it('UPDATE with it is refused as well', async () => {
    const { phone, ok } = await called(...AUDIO);
    expect((await phone.ask('UPDATE', { body: phone.sdp(...off(AUDIO), ...FAX) })).status).toBe(488);
    await goesOn(phone, ok);
  });
});

describe('a first offer with more than audio was not answered as it should be', () => {
  it.each([
    ['audio, fax', [...AUDIO, ...FAX], ['audio on RTP/AVP 0 101', 'image 0 udptl t38']],
    ['fax, audio', [...FAX, ...AUDIO], ['image 0 udptl t38', 'audio on RTP/AVP 0 101']],
    ['video, audio', [...VIDEO, ...AUDIO], ['video 0 RTP/AVP 96', 'audio on RTP/AVP 0 101']],
    ['audio off, audio', [...off(AUDIO), ...AUDIO], ['audio 0 RTP/AVP 0 101', 'audio on RTP/AVP 0 101']],
    [
      'video, fax, audio, chat',
      [...VIDEO, ...FAX, ...AUDIO, ...CHAT],
      ['video 0 RTP/AVP 96', 'image 0 udptl t38', 'audio on RTP/AVP 0 101', 'message 0 TCP/MSRP *'],
    ],
  ])('%s', async (_what, lines, expected) => {
    const { phone, ok } = await called(...lines);
    expect(mediaLines(ok)).toEqual(expected);
    await goesOn(phone, ok);
  });

  it.each([
    ['fax alone', FAX],
    ['audio off, fax', [...off(AUDIO), ...FAX]],
    ['audio off', off(AUDIO)],
    ['video alone', VIDEO],
  ])('%s', async (_what, lines) => {
    const { ok } = await called(...lines);
    expect(ok.status).toBe(488);
  });
});

describe('the phone lost its way in our descriptions', () => {
  it('a refused offer within the call counts our version no further', async () => {
    const { phone, ok } = await called(...AUDIO);
    await phone.invite({ body: phone.sdp(...FAX) });
    const held = await phone.invite({ body: phone.sdp(...AUDIO, 'a=sendonly') });
    expect(version(held)).toBe(version(ok) + 1);
    await phone.invite({ body: 'junk' });
    const resumed = await phone.invite({ body: phone.sdp(...AUDIO) });
    expect(version(resumed)).toBe(version(ok) + 2);
    await goesOn(phone, resumed);
  });

  it('a first INVITE with a=inactive rings on hold, and the re-INVITE that opens it is answered', async () => {
    const { phone, ok } = await called(...AUDIO, 'a=inactive');
    expect(ok.body).toContain('a=inactive\r\n');
    const open = await phone.invite({ body: phone.sdp(...AUDIO) });
    expect(open.body).toContain('a=sendrecv\r\n');
    await goesOn(phone, open);
  });

  it('a re-INVITE right behind the ACK was taken for a broken answer', async () => {
    for (let i = 0; i < 5; i += 1) {
      const { phone } = await called(...AUDIO);
      const ok = await phone.invite({}, (offer) => phone.sdp(...answerTo(offer)));
      await goesOn(phone, ok);
    }
  });
});

describe('two offers that cross', () => {
  it('UPDATE and re-INVITE get 491 while ours is open, and our offer is answered all the same', async () => {
    const { phone } = await called(...AUDIO);
    const ok = await phone.ask('INVITE');
    const second = await phone.ask('INVITE', { body: phone.sdp(...AUDIO) });
    expect(second.status).toBe(491);
    phone.ack(second);
    const update = await phone.ask('UPDATE', { body: phone.sdp(...AUDIO, 'a=sendonly') });
    expect(update.status).toBe(491);
    // Without a description it is a sign of life only.
    expect((await phone.ask('UPDATE')).status).toBe(200);
    phone.ackOf(ok, { body: phone.sdp(...AUDIO) });
    await goesOn(phone, ok);
  });

  it('UPDATE gets 491 while the first offer, which is ours, is open', async () => {
    const phone = await stack.phone();
    const ok = await phone.ask('INVITE');
    phone.takeTag(ok);
    expect((await phone.ask('UPDATE', { body: phone.sdp(...AUDIO) })).status).toBe(491);
    phone.ackOf(ok, { body: phone.sdp(...AUDIO) });
    await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
    await goesOn(phone, ok);
  });
});

/** The lines of an offer of ours with the audio of this phone. */
function answerTo(offer: string): readonly string[] {
  return offer
    .split('\r\n')
    .filter((line) => line.startsWith('m='))
    .flatMap((line) =>
      /^m=audio [1-9]/.test(line)
        ? [line.replace(/^m=audio \d+ (\S+) .*/, 'm=audio PORT $1 0 101'), 'a=rtpmap:101 telephone-event/8000']
        : [line],
    );
}
