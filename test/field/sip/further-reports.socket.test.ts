import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SipText } from '#callers/io/test-phone';
import { pause, until, voice, type FieldPhone } from './field-phone.ts';
import { factOf, startFieldStack, type FieldStack } from './field-stack.ts';

let stack: FieldStack;
beforeAll(async () => {
  stack = await startFieldStack();
});
afterAll(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
});

const AUDIO = ['m=audio PORT RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000'];
const isAnswered = (phone: FieldPhone) => () => stack.calls.some(({ sipCallId }) => sipCallId === factOf(phone.callId));
const keys = (phone: FieldPhone) =>
  stack
    .heard(phone)
    .events.flatMap((event) => (event.kind === 'dtmf' ? [event.digit] : []))
    .join('');

async function called(body: string, phone?: FieldPhone): Promise<{ phone: FieldPhone; ok: SipText }> {
  const caller = phone ?? (await stack.phone());
  const ok = await caller.invite({ body: body.replaceAll('PORT', String(caller.rtpPort)) });
  expect(ok.status).toBe(200);
  await until('answered', isAnswered(caller));
  return { phone: caller, ok };
}

/** Keys arrive and the bot is heard; the caller hangs up. */
async function goesOn(phone: FieldPhone, ok: SipText, keyType = 101): Promise<void> {
  const before = phone.heardTypes.length;
  await phone.key(ok.body, keyType, '4');
  await until('a key', () => keys(phone).endsWith('4'));
  await until('packets of the bot', () => phone.heardTypes.length > before + 3);
  expect((await phone.ask('BYE')).status).toBe(200);
  await until('the end', () => stack.heard(phone).ended === 'caller/hangup');
}

const sdp = (...lines: readonly string[]) =>
  ['v=0', 'o=field 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...lines, ''].join('\r\n');

describe('the call was refused, because the session description', () => {
  it.each<[string, string]>([
    ['has a line that is off without any format', sdp(...AUDIO, 'm=video 0 RTP/AVP')],
    ['has a line that is off without any format, and a space', sdp(...AUDIO, 'm=video 0 RTP/AVP ')],
    ['begins with such a line', sdp('m=audio 0 RTP/AVP', ...AUDIO)],
    ['has a line that is off with a number that cannot be', sdp(...AUDIO, 'm=video 0 RTP/AVP 255')],
    ['has a line whose kind has a slash', sdp(...AUDIO, 'm=application/x 0 RTP/AVP smart/1/90000')],
    ['counts its ports', sdp('m=audio PORT/1 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000')],
    ['puts tabs between the words of a line', sdp('m=audio\tPORT\tRTP/AVP\t0\t101', 'a=rtpmap:101\ttelephone-event/8000')],
    ['ends in the middle of its last line', sdp(...AUDIO, 'a=sendrecv').trimEnd()],
    ['ends with zeros', `${sdp(...AUDIO)}\0\0`],
    ['begins with an empty line', `\r\n${sdp(...AUDIO)}`],
    ['has spaces behind the version', sdp(...AUDIO).replace('v=0', 'v=0  ')],
    ['has LF only', sdp(...AUDIO).replaceAll('\r\n', '\n')],
    [
      'has an empty session name and no time',
      sdp(...AUDIO)
        .replace('s=-', 's=')
        .replace('t=0 0\r\n', ''),
    ],
    [
      'names encodings in small letters with a channel',
      sdp('m=audio PORT RTP/AVP 0 101', 'a=rtpmap:0 pcmu/8000/1', 'a=rtpmap:101 Telephone-Event/8000/1'),
    ],
    [
      'has spaces round the colon of an attribute',
      sdp('m=audio PORT RTP/AVP 97 101', 'a=rtpmap: 97 PCMU/8000', 'a=rtpmap:101 telephone-event/8000 '),
    ],
  ])('%s', async (_what, text) => {
    const { phone, ok } = await called(text);
    await goesOn(phone, ok);
  });

  it('has a line that cannot be read: the answer has as many lines, the unreadable one as it came and off', async () => {
    const { phone, ok } = await called(sdp(...AUDIO, 'm=video 0 RTP/AVP', 'm=video 0 RTP/AVP 255', 'm=application/x 9 RTP/AVP a/b'));
    expect(
      ok.body
        .split('\r\n')
        .filter((line) => line.startsWith('m='))
        .slice(1),
    ).toEqual(['m=video 0 RTP/AVP 0', 'm=video 0 RTP/AVP 255', 'm=application/x 0 RTP/AVP a/b']);
    await goesOn(phone, ok);
  });
});

describe('one side heard nothing, because a re-INVITE', () => {
  it('right behind the ACK offers another codec and other numbers', async () => {
    const { phone } = await called(sdp(...AUDIO));
    const ok = await phone.invite({
      body: phone.sdp('m=audio PORT RTP/AVP 8 96', 'a=rtpmap:8 PCMA/8000', 'a=rtpmap:96 telephone-event/8000'),
    });
    expect(ok.body).toContain('RTP/AVP 8 96\r\n');
    await until('A-law of the bot', () => phone.heardTypes.at(-1) === 8);
    for (let i = 0; i < 20; i += 1) {
      await phone.rtp(ok.body, [{ payloadType: 8, payload: voice('PCMA') }]);
      await pause(19);
    }
    await until('speech', () => stack.heard(phone).events.some(({ kind }) => kind === 'voice-started'));
    await goesOn(phone, ok, 96);
  });

  it('brings keys for the first time', async () => {
    const { phone } = await called(sdp('m=audio PORT RTP/AVP 0'));
    const ok = await phone.invite({ body: phone.sdp(...AUDIO) });
    await goesOn(phone, ok);
  });

  it('without SDP should have ended the hold', async () => {
    const { phone } = await called(sdp(...AUDIO));
    expect((await phone.invite({ body: phone.sdp(...AUDIO, 'a=sendonly') })).body).toContain('a=recvonly\r\n');
    const ok = await phone.invite({}, () => phone.sdp(...AUDIO));
    expect(ok.body).toContain('a=sendrecv\r\n');
    await goesOn(phone, ok);
  });

  it.each([
    ['holds by the line while the session says sendrecv', ['a=sendrecv', ...AUDIO, 'a=sendonly'], 'recvonly'],
    ['holds by the session alone', ['a=sendonly', ...AUDIO], 'recvonly'],
    ['holds by IPv6 nowhere', ['m=audio PORT RTP/AVP 0 101', 'c=IN IP6 ::', 'a=rtpmap:101 telephone-event/8000'], 'recvonly'],
    ['holds by the last line, which has no end', [...AUDIO, 'a=sendonly'], 'recvonly'],
  ])('%s', async (_what, lines, direction) => {
    const { phone } = await called(sdp(...AUDIO));
    const held = await phone.invite({ body: phone.sdp(...lines).trimEnd() });
    expect(held.body).toContain(`a=${direction}\r\n`);
    expect(held.body).not.toMatch(/c=IN IP\d (?:0\.0\.0\.0|::)\r/);
    const ok = await phone.invite({ body: phone.sdp(...AUDIO) });
    expect(ok.body).toContain('a=sendrecv\r\n');
    await goesOn(phone, ok);
  });
});

describe('nobody could hang up, because the dialog was not found again', () => {
  it.each([
    ['a very long Call-ID', `${'c'.repeat(400)}@field.invalid`, '<sip:field@127.0.0.1>;tag=1'],
    ['a very long tag', 'short@field.invalid', `<sip:field@127.0.0.1>;tag=${'t'.repeat(300)}`],
    [
      'both, as carriers write them',
      '0gQAAC8WAAACBAAALxYAAE2AKiy93/JrQA1cxE56CxuSm+RLgY1dxWsyG+79i31FQ4TpJpVicy1+eARvtiy4FA--@192.0.2.142',
      '<sip:field@127.0.0.1>;transport=udp;tag=ibcf-p-01.ims.example+7+462db24f+37d54951+001',
    ],
    ['a Call-ID of odd signs', '{a}(b)<c>:"d"/[e]?%*_+`\'~', "<sip:field@127.0.0.1>;tag=a.b-c!%*_+`'~"],
    ['a Call-ID without @', 'x', '<sip:field@127.0.0.1>;tag=0'],
  ])('%s', async (_what, callId, from) => {
    for (const who of ['caller', 'bot']) {
      const phone = await stack.phone();
      phone.callId = `${who}${callId}`;
      const instead = { From: from };
      const ok = await phone.ask('INVITE', { body: phone.sdp(...AUDIO), instead });
      expect(ok.status).toBe(200);
      phone.ack(ok, { instead });
      await until('answered', isAnswered(phone));
      if (who === 'caller') expect((await phone.ask('BYE', { instead })).status).toBe(200);
      else {
        const over = stack.heard(phone).hangUp();
        phone.reply(await phone.take('BYE', ({ status, method }) => status === 0 && method === 'BYE'), '200 OK');
        await over;
      }
      await until('the end', () => stack.heard(phone).ended === (who === 'caller' ? 'caller/hangup' : 'bot/goodbye'));
    }
  });

  it.each(['407 Proxy Authentication Required', '401 Unauthorized', '481 Call/Transaction Does Not Exist', '500 Server Error'])(
    'the BYE of the bot gets %s: the call is over all the same',
    async (answer) => {
      const { phone } = await called(sdp(...AUDIO));
      const before = stack.activeCalls();
      const over = stack.heard(phone).hangUp();
      const bye = await phone.take('BYE', (message) => message.status === 0 && message.method === 'BYE');
      phone.reply(bye, answer, { more: ['Proxy-Authenticate: Digest realm="x", nonce="y"'] });
      await over;
      expect(stack.activeCalls()).toBe(before - 1);
    },
  );

  it.each([
    ['<sip:+358-555-1234567;postd=pp22@127.0.0.1:SIP;user=phone>'],
    ['<sip:a;b=c,d?e/f&g=h+i$j@127.0.0.1:SIP>'],
    ['<sip:field;tgrp=x;trunk-context=y@127.0.0.1:SIP;transport=udp>;expires=3600;reg-id=1'],
    ['<sip:127.0.0.1:SIP>'],
    ['"x" <sip:field@127.0.0.1:SIP;gr=urn:uuid:1>;+org.linphone.specs="groupchat,lime"'],
  ])('the BYE of the bot goes to Contact %s', async (contact) => {
    const phone = await stack.phone();
    const instead = { Contact: contact.replace('SIP', String(phone.sipPort)) };
    const ok = await phone.ask('INVITE', { body: phone.sdp(...AUDIO), instead });
    expect(ok.status).toBe(200);
    phone.ack(ok, { instead });
    await until('answered', isAnswered(phone));
    const over = stack.heard(phone).hangUp();
    const bye = await phone.take('BYE', ({ status, method }) => status === 0 && method === 'BYE');
    expect(bye.startLine).toBe(`BYE ${/<([^>]+)>/.exec(instead.Contact)?.[1] ?? ''} SIP/2.0`);
    phone.reply(bye, '200 OK');
    await over;
  });

  it.each(['*', '<>', 'None', ''])('an INVITE with Contact %j is refused, and nothing is left', async (contact) => {
    const phone = await stack.phone();
    phone.send('INVITE', { body: phone.sdp(...AUDIO), instead: { Contact: contact } });
    expect((await phone.take('an answer', ({ status }) => status >= 200)).status).toBe(400);
  });
});
