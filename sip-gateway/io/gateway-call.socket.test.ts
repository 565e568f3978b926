import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import type { LegMediaEvent } from '#domain/leg-media';
import { offers } from '../sdp/testing/vectors.ts';
import type { TestCall } from '#callers/io/test-phone';
import { startTestStack, until } from './test-stack.ts';
import type { TestStack } from './test-stack.ts';

let stack: TestStack;
beforeEach(async () => {
  stack = await startTestStack();
});
afterEach(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
  expect(stack.gateway.activeCalls()).toBe(0);
});

async function hangUp(call: TestCall): Promise<void> {
  call.bye();
  await call.phone.response(200, 'BYE');
  await until('over', () => stack.gateway.activeCalls() === 0);
}

describe('a call', () => {
  it('gets 100, 180, 200 with one codec, runs, and ends with the caller’s BYE', async () => {
    const call = await stack.call();
    call.invite({ sdp: offers.asterisk, headers: ['X-Room: 12'] });
    await call.phone.response(100, 'INVITE');
    const ringing = await call.phone.response(180, 'INVITE');
    expect(ringing.header('To')).toContain('tag=');
    const ok = await call.phone.response(200, 'INVITE');
    expect(ok.header('Contact')).toBe(`<sip:bot@127.0.0.1:${stack.udpPort}>`);
    expect(ok.header('Allow')).toContain('UPDATE');
    expect(ok.header('Content-Type')).toBe('application/sdp');
    expect(ok.body).toContain('m=audio 30000 RTP/AVP 0 101\r\n');
    expect(ok.body).toContain('c=IN IP4 127.0.0.1\r\n');
    call.ack(ok);
    await until('the call is answered', () => stack.intake.legs.length === 1);
    expect(stack.intake.rang[0]).toMatchObject({
      toUser: 'bot',
      fromUser: 'tester',
      displayName: 'Test Phone',
      headers: { 'x-room': '12' },
      signallingId: call.callId,
    });
    expect(stack.media.legs[0]?.opened).toMatchObject({
      codec: 'PCMU',
      payloadType: 0,
      ptimeMs: 20,
      telephoneEventPayloadType: 101,
      remote: { address: '192.0.2.10', port: 12034 },
      signallingAddress: '127.0.0.1',
      direction: 'sendrecv',
    });
    call.bye();
    await call.phone.response(200, 'BYE');
    await until('the call has ended', () => stack.intake.endings.length === 1);
    expect(stack.intake.endings).toEqual(['caller/hangup']);
    expect(stack.intake.legs[0]?.signal.aborted).toBe(true);
    expect(stack.media.legs[0]?.closed).toBe(1);
  });

  it('ends with our BYE, which says why', async () => {
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    await until('answered', () => stack.intake.legs.length === 1);
    const ended = stack.intake.legs[0]?.end({ by: 'bot', code: 'goodbye' });
    const bye = await call.phone.request('BYE');
    expect(bye.header('Reason')).toContain('cause=16');
    call.phone.reply(bye, '200 OK');
    await ended;
    expect(await stack.intake.legs[0]?.ended).toMatchObject({ reason: { by: 'bot', code: 'goodbye' }, stats: { mos: 4.4 } });
  });

  it('ends once when both hang up in the same moment', async () => {
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    await until('acknowledged', () => stack.intake.acknowledged.length === 1);
    void stack.intake.legs[0]?.end({ by: 'bot', code: 'goodbye' });
    call.bye();
    await call.phone.response(200, 'BYE');
    const bye = await call.phone.request('BYE');
    call.phone.reply(bye, '481 Call/Transaction Does Not Exist');
    await until('ended', () => stack.intake.endings.length === 1);
    expect(stack.intake.endings).toEqual(['bot/goodbye']);
    expect(stack.media.legs[0]?.closed).toBe(1);
  });

  it('hung up by us before the ACK: BYE follows the ACK', async () => {
    let hangUp: (() => unknown) | undefined;
    stack.intake.onRinging = (_facts, _signal, end) => (hangUp = () => end({ by: 'bot', code: 'goodbye' }));
    const call = await stack.call();
    call.invite({ sdp: offers.sipp });
    const ok = await call.phone.response(200, 'INVITE');
    void hangUp?.();
    await until('ended', () => stack.intake.abandonedWith.length === 1);
    // Whoever only asked has heard nothing: the address in SDP may be somebody else's.
    expect(stack.intake.legs).toEqual([]);
    await expect(call.phone.request('BYE', 100)).rejects.toThrow();
    call.ack(ok);
    call.phone.reply(await call.phone.request('BYE'), '200 OK');
  });

  it('hears digits by INFO, and refuses INFO that it does not understand', async () => {
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    await until('answered', () => stack.intake.legs.length === 1);
    const heard: LegMediaEvent[] = [];
    stack.intake.legs[0]?.media.onEvent((event) => void heard.push(event));
    call.request('INFO', { sdp: 'Signal=5\r\nDuration=160\r\n', contentType: 'application/dtmf-relay' });
    await call.phone.response(200, 'INFO');
    expect(heard).toMatchObject([{ kind: 'dtmf', digit: '5', durationMs: 160 }]);
    call.request('INFO', { sdp: 'junk', contentType: 'application/dtmf-relay' });
    await call.phone.response(400, 'INFO');
    call.request('INFO', { sdp: '<x/>', contentType: 'application/media_control+xml' });
    expect((await call.phone.response(415, 'INFO')).header('Accept')).toContain('application/dtmf');
    call.request('INFO');
    await call.phone.response(200, 'INFO');
    await hangUp(call);
  });

  it('answers OPTIONS, MESSAGE, REFER and NOTIFY within it', async () => {
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    for (const [method, status] of [
      ['OPTIONS', 200],
      ['MESSAGE', 405],
      ['REFER', 405],
      ['NOTIFY', 481],
    ] as const) {
      call.request(method);
      expect((await call.phone.response(status, method)).status).toBe(status);
    }
    await hangUp(call);
  });
});

it('rings as long as configured, then is answered', async () => {
  await stack.close();
  stack = await startTestStack({ sip: { ringMs: 150 } });
  const call = await stack.call();
  call.invite({ sdp: offers.sipp });
  await call.phone.response(180, 'INVITE');
  const rangAtMs = performance.now();
  call.ack(await call.phone.response(200, 'INVITE'));
  expect(performance.now() - rangAtMs).toBeGreaterThan(120);
  await hangUp(call);
});

describe('media that fail', () => {
  it('time out: the call ends with that reason', async () => {
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    await until('answered', () => stack.intake.legs.length === 1);
    stack.media.legs[0]?.emit({ kind: 'media-timeout', silentMs: ms(30_000), atMs: ms(0) });
    call.phone.reply(await call.phone.request('BYE'), '200 OK');
    await until('ended', () => stack.intake.endings.length === 1);
    expect(stack.intake.endings).toEqual(['network/media-timeout']);
  });

  it('lose their worker: likewise', async () => {
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    await until('answered', () => stack.intake.legs.length === 1);
    stack.media.legs[0]?.emit({ kind: 'media-lost', detail: 'exit 1', atMs: ms(0) });
    call.phone.reply(await call.phone.request('BYE'), '200 OK');
    await until('ended', () => stack.intake.endings.length === 1);
    expect(stack.intake.endings).toEqual(['system/media-worker-died']);
  });

  it('have no ports: 503', async () => {
    stack.media.outOfPorts = true;
    const call = await stack.call();
    call.invite({ sdp: offers.sipp });
    const refusal = await call.phone.response(503, 'INVITE');
    expect(Number(refusal.header('Retry-After'))).toBeGreaterThan(0);
    call.ack(refusal);
    await until('abandoned', () => stack.intake.abandonedWith.length === 1);
    expect(stack.intake.abandonedWith).toEqual(['system/no-ports']);
  });

  it('a listener that throws ends its own call only', async () => {
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    await until('answered', () => stack.intake.legs.length === 1);
    stack.intake.legs[0]?.media.onEvent(() => {
      throw new Error('defect');
    });
    stack.media.legs[0]?.emit({ kind: 'dtmf', digit: '1', durationMs: ms(1), atMs: ms(0) });
    call.phone.reply(await call.phone.request('BYE'), '200 OK');
    await until('ended', () => stack.intake.endings.length === 1);
    expect(stack.intake.endings).toEqual(['system/internal-error']);
    expect(stack.errors.splice(0)).toHaveLength(1);
  });
});

describe('CANCEL', () => {
  it('while it rings for a configured time: no port was taken yet', async () => {
    await stack.close();
    stack = await startTestStack({ sip: { ringMs: 60_000 } });
    const call = await stack.call();
    call.invite({ sdp: offers.sipp });
    await call.phone.response(180, 'INVITE');
    call.cancel();
    await call.phone.response(200, 'CANCEL');
    call.ack(await call.phone.response(487, 'INVITE'));
    await until('abandoned', () => stack.intake.abandonedWith.length === 1);
    expect(stack.intake.abandonedWith).toEqual(['caller/cancelled']);
    expect(stack.media.legs).toEqual([]);
  });

  it('while it rings', async () => {
    let release: () => void = () => undefined;
    stack.media.gate = new Promise((resolve) => (release = resolve));
    const call = await stack.call();
    call.invite({ sdp: offers.sipp });
    await call.phone.response(180, 'INVITE');
    call.cancel();
    await call.phone.response(200, 'CANCEL');
    call.ack(await call.phone.response(487, 'INVITE'));
    await until('the signal of the call is known', () => stack.intake.rang.length === 1);
    release();
    await until('abandoned', () => stack.intake.abandonedWith.length === 1);
    expect(stack.intake.abandonedWith).toEqual(['caller/cancelled']);
    expect(stack.media.legs[0]?.closed).toBe(1);
    expect(stack.intake.legs).toEqual([]);
  });

  it('right behind the INVITE', async () => {
    const call = await stack.call();
    call.invite({ sdp: offers.sipp });
    call.cancel();
    const final = await call.phone.take('a final answer', ({ status, method }) => method === 'INVITE' && status >= 200);
    call.ack(final);
    if (final.status === 200) {
      // The 200 had left: the server hangs up, or we do.
      call.phone.reply(await call.phone.request('BYE').catch(() => call.bye() as never), '200 OK');
    } else expect(final.status).toBe(487);
    await until('over', () => stack.gateway.activeCalls() === 0);
    expect([...stack.intake.abandonedWith, ...stack.intake.endings]).toHaveLength(1);
  });
});
