import { afterEach, describe, expect, it } from 'vitest';
import { offers } from '../sdp/testing/vectors.ts';
import { startTestStack, until } from './test-stack.ts';
import type { TestStack } from './test-stack.ts';

let stack: TestStack;
afterEach(async () => {
  await stack.close();
  expect(stack.gateway.activeCalls()).toBe(0);
});

/** An INVITE built by hand around the headers that a test replaces. */
function rawInvite(
  port: number,
  replaced: Readonly<Record<string, string | undefined>>,
  body: string = offers.sipp,
  uri = 'sip:bot@127.0.0.1',
): string {
  const id = `h${Math.floor(port)}x${(serial += 1)}`;
  const headers: Record<string, string | undefined> = {
    Via: `SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${id};rport`,
    'Max-Forwards': '70',
    From: `<sip:t@127.0.0.1>;tag=${id}`,
    To: '<sip:bot@127.0.0.1>',
    'Call-ID': `${id}@test`,
    CSeq: '1 INVITE',
    Contact: `<sip:t@127.0.0.1:${port}>`,
    'Content-Type': 'application/sdp',
    ...replaced,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return [`INVITE ${uri} SIP/2.0`, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}
let serial = 0;

describe('an INVITE that makes no sense', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['without Contact', { Contact: undefined }],
    ['with Contact *', { Contact: '*' }],
    ['with an empty Contact', { Contact: '<>' }],
    ['with junk for Contact', { Contact: '"' }],
  ])('%s gets 400', async (_name, replaced) => {
    stack = await startTestStack();
    const phone = await stack.phone();
    phone.send(rawInvite(phone.port, replaced));
    const final = await phone.take('a final answer', ({ status, method }) => method === 'INVITE' && status >= 200);
    expect(final.status).toBe(400);
    expect(stack.errors).toEqual([]);
    expect(stack.gateway.activeCalls()).toBe(0);
  });

  it('of any kind leaves the gateway alive', async () => {
    stack = await startTestStack({ calls: 500 });
    const phone = await stack.phone();
    const odd = [
      '',
      '*',
      '<>',
      '<sip:>',
      '"',
      '<sip:a@b',
      'a@b',
      '\u00e4\u00f6 <sip:x>',
      '<sip:%00@h>',
      '<tel:+49>',
      `<sip:${'a'.repeat(3000)}@b>`,
      ',,,',
      ';;;',
      '<sip:[::1]:x>',
    ];
    for (const value of odd) {
      for (const name of ['From', 'To', 'Contact', 'Call-ID', 'Content-Type', 'Require', 'Session-Expires', 'Supported', 'X-Odd']) {
        phone.send(rawInvite(phone.port, { [name]: name === 'From' ? `${value};tag=x${serial}` : value }));
      }
      phone.send(rawInvite(phone.port, {}, value));
      phone.send(rawInvite(phone.port, {}, `v=0\r\n${value}\r\nm=audio ${value} RTP/AVP 0\r\n`));
      if (!/[\s<>"]/.test(value)) phone.send(rawInvite(phone.port, {}, offers.sipp, `sip:${value}@127.0.0.1`));
    }
    // As a phone would: repeated until answered, since UDP loses datagrams in such a burst.
    const answered = phone.response(200, 'OPTIONS');
    const repeat = setInterval(() => {
      phone.plain('OPTIONS', `sip:127.0.0.1:${stack.udpPort}`);
    }, 100);
    await answered.finally(() => clearInterval(repeat));
    expect(stack.errors).toEqual([]);
  });

  it('junk in requests within a call leaves the call as it is', async () => {
    stack = await startTestStack();
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    await until('answered', () => stack.intake.legs.length === 1);
    for (const sdp of ['\u0000', 'v=0', `v=0\r\n${'m=audio 1 RTP/AVP 0\r\n'.repeat(40)}`, 'x'.repeat(1200)]) {
      for (const method of ['INFO', 'UPDATE', 'MESSAGE', 'OPTIONS', 'PUBLISH']) {
        for (const contentType of ['application/sdp', 'application/dtmf-relay', 'multipart/mixed;boundary=x', ';'])
          call.request(method, { sdp, contentType });
      }
    }
    call.bye();
    await call.phone.response(200, 'BYE');
    await until('ended', () => stack.intake.endings.length === 1);
    expect(stack.intake.endings).toEqual(['caller/hangup']);
    expect(stack.errors).toEqual([]);
  });
});

describe('an application that throws', () => {
  it('in admit: 500, and its place is free again', async () => {
    stack = await startTestStack();
    stack.intake.admit = () => {
      throw new Error('defect');
    };
    const call = await stack.call();
    call.invite({ sdp: offers.sipp });
    call.ack(await call.phone.response(500, 'INVITE'));
    expect(stack.errors).toHaveLength(1);
    expect(stack.gateway.activeCalls()).toBe(0);
  });

  it.each(['onRinging', 'onAnswered'] as const)('in %s: this call ends, the next goes on', async (hook) => {
    stack = await startTestStack();
    stack.intake[hook] = () => {
      throw new Error('defect');
    };
    const call = await stack.call();
    call.invite({ sdp: offers.sipp });
    const final = await call.phone.take('a final answer', ({ status, method }) => method === 'INVITE' && status >= 200);
    call.ack(final);
    expect(final.status).toBe(hook === 'onRinging' ? 500 : 200);
    if (hook === 'onAnswered') call.phone.reply(await call.phone.request('BYE'), '200 OK');
    await until('over', () => stack.gateway.activeCalls() === 0);
    expect([...stack.intake.abandonedWith, ...stack.intake.endings]).toEqual(['system/internal-error']);
    stack.intake[hook] = undefined;
    const next = await stack.call();
    await next.establish({ sdp: offers.sipp });
    next.bye();
    await next.phone.response(200, 'BYE');
    await until('over', () => stack.gateway.activeCalls() === 0);
  });
});
