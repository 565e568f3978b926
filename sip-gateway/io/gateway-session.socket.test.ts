import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offers } from '../sdp/testing/vectors.ts';
import type { SipText, TestCall } from '#callers/io/test-phone';
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

const version = (message: SipText) => Number(/^o=\S+ \S+ (\d+)/m.exec(message.body)?.[1]);

describe('an INVITE without offer', () => {
  it('gets ours in the 200, and the call begins with the answer in the ACK', async () => {
    const call = await stack.call();
    call.invite();
    const ok = await call.phone.response(200, 'INVITE');
    expect(ok.body).toContain('m=audio 30000 RTP/AVP 0 8 9 111 101 110');
    expect(stack.media.legs[0]?.opened.held).toBe(true);
    expect(stack.intake.legs).toEqual([]);
    call.ack(ok, offers.sipp.replace('RTP/AVP 0', 'RTP/AVP 8').replace('rtpmap:0 PCMU', 'rtpmap:8 PCMA'));
    await until('answered', () => stack.intake.legs.length === 1);
    expect(stack.media.legs[0]?.now).toMatchObject({
      codec: 'PCMA',
      payloadType: 8,
      held: false,
      direction: 'sendrecv',
      remote: { address: '127.0.0.1', port: 6000 },
    });
    call.bye();
    await call.phone.response(200, 'BYE');
  });

  it.each([
    ['none', undefined, 'refused/bad-offer'],
    ['junk', 'junk', 'refused/bad-offer'],
    ['without a codec of ours', offers.onlyG729, 'refused/no-common-codec'],
    ['with the line switched off', offers.sipp.replace('m=audio 6000', 'm=audio 0'), 'refused/no-audio'],
  ])('and an answer %s: BYE', async (_name, answer, label) => {
    const call = await stack.call();
    call.invite();
    call.ack(await call.phone.response(200, 'INVITE'), answer);
    call.phone.reply(await call.phone.request('BYE'), '200 OK');
    await until('abandoned', () => stack.intake.abandonedWith.length === 1);
    expect(stack.intake.abandonedWith).toEqual([label]);
    expect(stack.intake.legs).toEqual([]);
    expect(stack.media.legs[0]?.closed).toBe(1);
  });
});

describe('within a call', () => {
  let call: TestCall;
  let first: SipText;
  beforeEach(async () => {
    call = await stack.call();
    first = await call.establish({ sdp: offers.asterisk });
    await until('answered', () => stack.intake.legs.length === 1);
  });
  afterEach(async () => {
    call.bye();
    await call.phone.response(200, 'BYE');
    await until('over', () => stack.gateway.activeCalls() === 0);
    expect(stack.intake.endings).toEqual(['caller/hangup']);
  });
  const reinvite = async (sdp?: string, method = 'INVITE'): Promise<SipText> => {
    if (method === 'INVITE') call.invite(sdp === undefined ? {} : { sdp });
    else call.request(method, sdp === undefined ? {} : { sdp });
    const ok = await call.phone.response(200, method);
    if (method === 'INVITE' && sdp !== undefined) call.ack(ok);
    return ok;
  };
  const now = () => stack.media.legs[0]?.now;

  it('the same offer again changes nothing', async () => {
    const again = await reinvite(offers.asterisk);
    expect(again.body).toBe(first.body);
    expect(again.header('Contact')).toBe(first.header('Contact'));
    expect(stack.media.legs[0]?.updates.some((change) => 'remote' in change)).toBe(false);
  });

  it('a moved port is told to the media', async () => {
    const ok = await reinvite(offers.asterisk.replace('12034', '12300'));
    expect(version(ok)).toBe(version(first));
    await until('updated', () => now()?.remote?.port === 12300);
  });

  it('hold by sendonly, then resume', async () => {
    const held = await reinvite(offers.asterisk.replace('a=sendrecv', 'a=sendonly'));
    expect(held.body).toContain('a=recvonly\r\n');
    expect(version(held)).toBe(version(first) + 1);
    await until('held', () => now()?.held === true);
    expect(now()?.direction).toBe('recvonly');
    const resumed = await reinvite(offers.asterisk);
    expect(resumed.body).toContain('a=sendrecv\r\n');
    expect(version(resumed)).toBe(version(first) + 2);
    await until('resumed', () => now()?.held === false);
    expect(now()?.remote).toEqual({ address: '192.0.2.10', port: 12034 });
  });

  it.each([
    ['inactive', offers.asterisk.replace('a=sendrecv', 'a=inactive'), 'inactive'],
    ['0.0.0.0', offers.asterisk.replaceAll('c=IN IP4 192.0.2.10', 'c=IN IP4 0.0.0.0'), 'recvonly'],
    ['port 0', offers.asterisk.replace('m=audio 12034', 'm=audio 0'), 'inactive'],
  ])('hold by %s', async (_name, sdp, direction) => {
    const ok = await reinvite(sdp);
    if (sdp.includes('m=audio 0')) expect(ok.body).toContain('m=audio 0 RTP/AVP');
    else expect(ok.body).toContain(`a=${direction}\r\n`);
    await until('held', () => now()?.held === true);
    expect(now()?.direction).toBe(direction);
  });

  it('another codec and packet time', async () => {
    const ok = await reinvite(offers.cisco);
    expect(ok.body).toContain('m=audio 30000 RTP/AVP 8 100\r\n');
    await until('changed', () => now()?.codec === 'PCMA');
    expect(now()).toMatchObject({ payloadType: 8, ptimeMs: 30, telephoneEventPayloadType: 100 });
  });

  it('video that is added is refused, audio goes on', async () => {
    const ok = await reinvite(`${offers.asterisk}m=video 9000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n`);
    expect(ok.body).toContain('m=video 0 RTP/AVP 96\r\n');
    expect(ok.body).toContain('m=audio 30000 RTP/AVP 0 101\r\n');
  });

  it.each([
    ['fax', offers.fax],
    ['nothing in common', offers.onlyG729],
    ['junk', 'junk'],
  ])('%s is refused and the call stays as it was', async (_name, sdp) => {
    call.invite({ sdp });
    const refusal = await call.phone.response(488, 'INVITE');
    call.ack(refusal);
    expect(now()).toMatchObject({ codec: 'PCMU', held: false });
    expect(stack.media.legs[0]?.closed).toBe(0);
  });

  it('without an offer: ours in the 200, the answer in the ACK', async () => {
    const ok = await reinvite();
    expect(ok.body).toContain('m=audio 30000 RTP/AVP 0 8 9 111 101 110');
    call.ack(ok, offers.cloudCarrier);
    await until('updated', () => now()?.remote?.port === 17512);
  });

  it('UPDATE with an offer is answered, without one only acknowledged', async () => {
    const held = await reinvite(offers.asterisk.replace('a=sendrecv', 'a=sendonly'), 'UPDATE');
    expect(held.body).toContain('a=recvonly');
    await until('held', () => now()?.held === true);
    const alive = await reinvite(undefined, 'UPDATE');
    expect(alive.body).toBe('');
  });
});

it('a bad answer in the ACK of a re-INVITE ends the call', async () => {
  const call = await stack.call();
  await call.establish({ sdp: offers.sipp });
  await until('answered', () => stack.intake.legs.length === 1);
  call.invite();
  call.ack(await call.phone.response(200, 'INVITE'), 'junk');
  call.phone.reply(await call.phone.request('BYE'), '200 OK');
  await until('ended', () => stack.intake.endings.length === 1);
  expect(stack.intake.endings).toEqual(['network/rejected-by-peer']);
});

it('a second offer while ours is open gets 491', async () => {
  const call = await stack.call();
  await call.establish({ sdp: offers.sipp });
  await until('answered', () => stack.intake.legs.length === 1);
  call.invite();
  const ok = await call.phone.response(200, 'INVITE');
  call.request('UPDATE', { sdp: offers.sipp });
  expect(await call.phone.response(491, 'UPDATE')).toBeDefined();
  call.ack(ok, offers.sipp);
  call.bye();
  await call.phone.response(200, 'BYE');
  await until('over', () => stack.gateway.activeCalls() === 0);
});

it('an ACK that never comes ends the call after 32 s, with the server’s BYE', async () => {
  const call = await stack.call();
  call.invite({ sdp: offers.sipp });
  await call.phone.response(200, 'INVITE');
  stack.skipServerMs(33_000);
  const bye = await call.phone.request('BYE');
  expect(bye.header('Reason')).toContain('ACK timeout');
  call.phone.reply(bye, '200 OK');
  await until('ended', () => stack.intake.abandonedWith.length === 1);
  expect(stack.intake.abandonedWith).toEqual(['network/ack-timeout']);
  expect(stack.intake.legs).toEqual([]);
});

it('a lost 200 is sent again', async () => {
  const call = await stack.call();
  call.invite({ sdp: offers.sipp });
  const lost = await call.phone.response(200, 'INVITE');
  const again = await call.phone.response(200, 'INVITE');
  expect(again.raw).toBe(lost.raw);
  call.ack(again);
  call.bye();
  await call.phone.response(200, 'BYE');
  await until('over', () => stack.gateway.activeCalls() === 0);
});

describe('session timer', () => {
  it('is kept with the caller as refresher', async () => {
    const call = await stack.call();
    const ok = await call.establish({ sdp: offers.sipp, headers: ['Session-Expires: 1800', 'Supported: timer'] });
    expect(ok.header('Session-Expires')).toBe('1800;refresher=uac');
    expect(ok.header('Require')).toBe('timer');
    call.bye();
    await call.phone.response(200, 'BYE');
    await until('over', () => stack.gateway.activeCalls() === 0);
  });

  it('of too short an interval is refused with the least that we take', async () => {
    const call = await stack.call();
    call.invite({ sdp: offers.sipp, headers: ['Session-Expires: 30', 'Supported: timer'] });
    const refusal = await call.phone.response(422, 'INVITE');
    expect(refusal.header('Min-SE')).toBe('90');
    call.ack(refusal);
  });
});
