import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pause, until, type FieldPhone } from './field-phone.ts';
import { startFieldStack, type FieldStack } from './field-stack.ts';

let stack: FieldStack;
beforeAll(async () => {
  stack = await startFieldStack();
});
afterAll(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
});

const AUDIO = ['m=audio PORT RTP/AVP 0'];

/** What a phone gets that sends `fields` in its INVITE. */
async function answerTo(phone: FieldPhone, fields: Readonly<Record<string, string>>, more: readonly string[] = []) {
  phone.send('INVITE', { body: phone.sdp(...AUDIO), instead: fields, more });
  return await phone.take('an answer', ({ status }) => status >= 200, 1_500);
}

describe('the phone rang into silence instead of being told 400, because of', () => {
  it.each([
    ['To', '""x"" <sip:bot@127.0.0.1>'],
    ['To', 'Bot, The <sip:bot@127.0.0.1>'],
    ['To', '"Bot <sip:bot@127.0.0.1>'],
    ['To', '<sip:bot@127.0.0.1'],
    ['To', 'sip:bot@127.0.0.1?x=y'],
    ['To', '<sip:bot@127.0.0.1>;;x'],
    ['From', 'Smith, Bob <sip:bob@127.0.0.1>;tag=1'],
    ['From', '""bob"" <sip:bob@127.0.0.1>;tag=1'],
    ['From', '<sip:bob@127.0.0.1>;tag=abc=='],
    ['From', '"bob" sip:bob@127.0.0.1;tag=1'],
    ['From', '<bob@127.0.0.1>;tag=1'],
    ['From', '<sip:bob smith@127.0.0.1>;tag=1'],
    ['Via', 'SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKa==;rport'],
    ['Via', 'SIP/2.0/UDP 127.0.0.1:99999;branch=z9hG4bKa'],
    ['Via', 'SIP/2.0/UDP;branch=z9hG4bKa'],
    ['Via', 'SIP/2.0/UDP 127.0.0.1:5060;;branch=z9hG4bKa'],
    ['Via', 'SIP/2.0 127.0.0.1:5060;branch=z9hG4bKa'],
    ['CSeq', '1'],
    ['CSeq', '99999999999 INVITE'],
    ['CSeq', '1INVITE'],
    ['Call-ID', 'two words'],
  ])('%s: %s', async (name, value) => {
    const phone = await stack.phone();
    const answer = await answerTo(phone, { [name]: value });
    expect(answer.status).toBe(400);
    // Copied as it came; To with a tag of ours.
    const copied = answer.header(name);
    expect(name === 'To' ? copied.replace(/;tag=[^;]+$/, '') : copied).toBe(value);
    if (name === 'To') expect(copied).not.toBe(value);
    // Such an answer leaves nothing to be acknowledged for.
    expect(answer.header('Content-Length')).toBe('0');
  });

  it.each([
    ['a line that is none', 'no colon here'],
    ['a name with a space', 'X Y: z'],
    ['no name', ': z'],
  ])('%s', async (_what, line) => {
    const phone = await stack.phone();
    expect((await answerTo(phone, {}, [line])).status).toBe(400);
  });

  it('a broken To that has a tag: it keeps it', async () => {
    const phone = await stack.phone();
    const to = '""x"" <sip:bot@127.0.0.1>;tag=7';
    expect((await answerTo(phone, { To: to })).header('To')).toBe(to);
  });

  it('a broken Via above a good one: both are copied as they came', async () => {
    const phone = await stack.phone();
    const via = 'SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKa==';
    const second = 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKb';
    expect((await answerTo(phone, { Via: via }, [`Via: ${second}`])).header('Via')).toBe(`${via}, ${second}`);
  });

  it('and to an ACK like that nobody answers', async () => {
    const phone = await stack.phone();
    phone.send('ACK', { instead: { To: '""x"" <sip:bot@127.0.0.1>' } });
    phone.send('OPTIONS');
    expect((await phone.take('any answer', ({ status }) => status > 0)).method).toBe('OPTIONS');
  });
});

describe('the call was refused, because of a header that nobody needs', () => {
  it.each([
    'Date: Fri, 01 Jan 2010 16:00:00 EST',
    'Date: Fri, 01 Jan 2010 16:00:00 +0100',
    'Date: 2010-01-01T16:00:00Z',
    'Date: Friday, 01-Jan-10 16:00:00 GMT',
    'Date: now',
    'Expires: Fri, 01 Jan 2010 16:00:00 GMT',
    'Expires: -1',
    'Timestamp: x',
    'Retry-After: soon',
    'Min-SE: few',
    'Session-Expires: many',
    'Warning: none',
    'Accept: ,;',
    'Alert-Info: <',
    'Subject:',
    'P-Asserted-Identity: nobody',
    'Remote-Party-ID: "x',
    'Diversion: <',
    'Organization: ä',
    'Date: a\r\n b',
  ])('%j', async (line) => {
    const phone = await stack.phone();
    const answer = await answerTo(phone, {}, [line]);
    expect(answer.status).toBe(200);
    phone.ack(answer);
    await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
    expect((await phone.ask('BYE')).status).toBe(200);
  });
});

describe('the caller could not hang up or was thrown out, because of a Contact that nobody reads', () => {
  it.each(['<', '"x', 'Smith, Bob <sip:b@127.0.0.1>', '<sip:b@127.0.0.1', 'nobody', ''])(
    'ACK, INFO and BYE with Contact: %s',
    async (contact) => {
      const phone = await stack.phone();
      const instead = { Contact: contact };
      const ok = await phone.ask('INVITE', { body: phone.sdp(...AUDIO) });
      phone.ack(ok, { instead });
      await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
      // Its ACK has counted: the 200 does not come again.
      await pause(700);
      expect((await phone.ask('INFO', { instead, body: 'Signal=1', contentType: 'application/dtmf-relay' })).status).toBe(200);
      await expect(phone.take('the 200 again', ({ status, method }) => status === 200 && method === 'INVITE', 50)).rejects.toThrow(
        'did not come',
      );
      expect((await phone.ask('BYE', { instead })).status).toBe(200);
      await until('the end', () => stack.heard(phone).ended === 'caller/hangup');
    },
  );
});

describe('the call was refused although its addresses are written as they may be, or as many write names of their language', () => {
  it.each([
    ['From', '"Smith, Bob" <sip:bob@127.0.0.1>;tag=1'],
    ['From', '"a\\"b" <sip:bob@127.0.0.1>;tag=1'],
    ['From', '"Jürgen Müller" <sip:bob@127.0.0.1>;tag=1'],
    ['From', 'Jürgen <sip:bob@127.0.0.1>;tag=1'],
    ['From', 'José García <sip:bob@127.0.0.1>;tag=1'],
    ['From', '王 小明 <sip:bob@127.0.0.1>;tag=1'],
    ['From', 'Иван<sip:bob@127.0.0.1>;tag=1'],
    ['To', 'Bøt <sip:bot@127.0.0.1>'],
    ['Contact', 'Jürgen <sip:bob@127.0.0.1:5060>'],
    ['From', '"" <sip:bob@127.0.0.1>;tag=1'],
    ['From', '<sip:bob@127.0.0.1> ; tag = 1'],
    ['From', '<sip:bob@127.0.0.1>;tag=1;x="a;b,c"'],
    ['From', 'sip:bob@127.0.0.1;tag=1'],
    ['From', '<tel:+49301234567>;tag=1'],
    ['From', '<sip:+49301234567;phone-context=x@127.0.0.1;user=phone>;tag=1'],
    ['From', '<sip:bob@[::1]:5060>;tag=1'],
    ['From', '"x"<sip:anonymous@anonymous.invalid>;tag=1-2.3_4~5'],
    ['To', '"" <sip:bot@127.0.0.1>'],
    ['To', 'The Bot <sip:bot@127.0.0.1>'],
    ['To', '"<x>" <sip:bot@127.0.0.1>'],
    ['Contact', '"Bob, the" <sip:bob@127.0.0.1:5060;transport=udp>;expires=60;+sip.instance="<urn:uuid:1>"'],
    ['Contact', 'sip:bob@127.0.0.1:5060'],
  ])('%s: %s', async (name, value) => {
    const phone = await stack.phone();
    const answer = await answerTo(phone, { [name]: value });
    expect(answer.status).toBe(200);
    phone.ack(answer, { instead: { [name]: name === 'To' ? answer.header('To') : value } });
    await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
    expect((await phone.ask('BYE', { instead: { [name]: name === 'To' ? answer.header('To') : value } })).status).toBe(200);
    await until('the end', () => stack.heard(phone).ended === 'caller/hangup');
  });
});
