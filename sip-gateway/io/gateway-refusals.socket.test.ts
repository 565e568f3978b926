import { afterEach, describe, expect, it } from 'vitest';
import { offers } from '../sdp/testing/vectors.ts';
import { startTestStack, until } from './test-stack.ts';
import type { TestStack } from './test-stack.ts';

let stack: TestStack;
afterEach(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
  expect(stack.gateway.activeCalls()).toBe(0);
});

describe('refusals', () => {
  it.each([
    ['no codec in common', offers.onlyG729, 488, '305', 'refused/no-common-codec'],
    ['only audio with keys by DTLS', offers.browser, 488, '302', 'refused/no-encryption'],
    ['a fax', offers.fax, 488, '304', 'refused/no-audio'],
    ['junk for an offer', 'junk', 488, '399', 'refused/bad-offer'],
  ])('%s', async (_name, sdp, status, warning, label) => {
    stack = await startTestStack();
    const call = await stack.call();
    call.invite({ sdp });
    const refusal = await call.phone.response(status, 'INVITE');
    expect(refusal.header('Warning')).toMatch(new RegExp(`^${warning} \\S+ "`));
    call.ack(refusal);
    expect(stack.refused).toEqual([label]);
    expect(stack.intake.rang).toEqual([]);
    expect(stack.media.legs).toEqual([]);
  });

  it('a body that is no session description', async () => {
    stack = await startTestStack();
    const call = await stack.call();
    call.invite({ sdp: 'hello', contentType: 'text/plain' });
    const refusal = await call.phone.response(415, 'INVITE');
    expect(refusal.header('Accept')).toContain('application/sdp');
    call.ack(refusal);
  });

  it('an unknown address', async () => {
    stack = await startTestStack();
    const call = await stack.call('nobody');
    call.invite({ sdp: offers.sipp });
    call.ack(await call.phone.response(404, 'INVITE'));
    expect(stack.intake.abandonedWith).toEqual([]);
  });

  it('too many calls', async () => {
    stack = await startTestStack({ calls: 1 });
    const first = await stack.call();
    await first.establish({ sdp: offers.sipp });
    const second = await stack.call();
    second.invite({ sdp: offers.sipp });
    const refusal = await second.phone.response(503, 'INVITE');
    expect(refusal.header('Retry-After')).toMatch(/^\d+$/);
    second.ack(refusal);
    expect(stack.refused).toEqual(['refused/too-many-calls']);
    first.bye();
    await first.phone.response(200, 'BYE');
    await until('the place is free', () => stack.gateway.activeCalls() === 0);
    const third = await stack.call();
    await third.establish({ sdp: offers.sipp });
    third.bye();
    await third.phone.response(200, 'BYE');
    await until('over', () => stack.gateway.activeCalls() === 0);
  });

  it('while it drains; running calls go on', async () => {
    stack = await startTestStack();
    const running = await stack.call();
    await running.establish({ sdp: offers.sipp });
    stack.gateway.drain();
    expect(stack.gateway.ready).toBe(false);
    const late = await stack.call();
    late.invite({ sdp: offers.sipp });
    late.ack(await late.phone.response(503, 'INVITE'));
    late.phone.plain('OPTIONS', late.uri);
    await late.phone.response(503, 'OPTIONS');
    running.bye();
    await running.phone.response(200, 'BYE');
    await until('over', () => stack.gateway.activeCalls() === 0);
    expect(stack.intake.endings).toEqual(['caller/hangup']);
  });

  it('a source that is not allowed', async () => {
    stack = await startTestStack({ sip: { allow: ['192.0.2.0/24'] } });
    const call = await stack.call();
    call.invite({ sdp: offers.sipp });
    call.ack(await call.phone.response(403, 'INVITE'));
    call.phone.plain('OPTIONS', call.uri);
    await call.phone.response(403, 'OPTIONS');
    expect(stack.refused).toEqual(['refused/not-allowed']);
  });

  it('an extension that we do not have', async () => {
    stack = await startTestStack();
    const call = await stack.call();
    call.invite({ sdp: offers.sipp, headers: ['Require: 100rel'] });
    const refusal = await call.phone.response(420, 'INVITE');
    expect(refusal.header('Unsupported')).toContain('100rel');
    call.ack(refusal);
  });
});

describe('requests outside a call', () => {
  it('OPTIONS says what we can', async () => {
    stack = await startTestStack();
    const phone = await stack.phone();
    phone.plain('OPTIONS', `sip:127.0.0.1:${stack.udpPort}`);
    const ok = await phone.response(200, 'OPTIONS');
    expect(ok.header('Allow')).toContain('INVITE');
    expect(ok.header('Accept')).toContain('application/sdp');
    expect(ok.raw).toMatch(/^Supported:/im);
  });

  it.each(['REGISTER', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'REFER'])('%s is not for us', async (method) => {
    stack = await startTestStack();
    const phone = await stack.phone();
    phone.plain(method, `sip:bot@127.0.0.1:${stack.udpPort}`, [`Contact: <sip:t@127.0.0.1:${phone.port}>`]);
    const refusal = await phone.response(405, method);
    expect(refusal.header('Allow')).toContain('INVITE');
  });
});
