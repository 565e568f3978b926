import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const AUDIO = ['m=audio PORT RTP/AVP 0'];

async function called(...more: readonly string[]): Promise<FieldPhone> {
  const phone = await stack.phone();
  const ok = await phone.invite({ body: phone.sdp(...AUDIO), more });
  expect(ok.status).toBe(200);
  await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
  return phone;
}

/** The server's clock jumps, and a request of another phone lets it look at it. */
async function pass(ms: number): Promise<void> {
  stack.skipServerMs(ms);
  expect((await (await stack.phone()).ask('OPTIONS')).status).toBe(200);
}

describe('the bot kept a call whose caller was gone, or hung up on one who was there', () => {
  it.each([
    ['re-INVITE', 'INVITE', []],
    ['UPDATE', 'UPDATE', ['Allow: INVITE, ACK, BYE, UPDATE']],
  ])('we refresh by %s and nobody answers: the call ends', async (_what, method, allow) => {
    const phone = await called('Supported: timer', 'Session-Expires: 90;refresher=uas', ...allow);
    await pass(46_000);
    await phone.take('a refresh', (message) => message.status === 0 && message.method === method);
    await pass(33_000);
    await phone.take('BYE', (message) => message.status === 0 && message.method === 'BYE');
    await until('the end', () => stack.heard(phone).ended === 'network/session-expired');
  });

  it('we refresh and the phone says 481: the call ends', async () => {
    const phone = await called('Supported: timer', 'Session-Expires: 90;refresher=uas');
    await pass(46_000);
    const refresh = await phone.take('a refresh', (message) => message.status === 0 && message.method === 'INVITE');
    phone.reply(refresh, '481 Call/Transaction Does Not Exist');
    await until('the end', () => stack.heard(phone).ended === 'network/session-expired');
  });

  it.each(['500 Server Internal Error', '491 Request Pending', '488 Not Acceptable Here', '503 Service Unavailable'])(
    'we refresh and the phone says %s for now: the call goes on and is tried again',
    async (status) => {
      const phone = await called('Supported: timer', 'Session-Expires: 90;refresher=uas');
      await pass(46_000);
      phone.reply(await phone.take('a refresh', (message) => message.status === 0 && message.method === 'INVITE'), status);
      await phone.take('ACK', (message) => message.status === 0 && message.method === 'ACK');
      await pass(5_000);
      const again = await phone.take('a second refresh', (message) => message.status === 0 && message.method === 'INVITE');
      phone.reply(again, '200 OK', { body: phone.sdp(...AUDIO), more: ['Session-Expires: 90;refresher=uac', 'Require: timer'] });
      await phone.take('ACK', (message) => message.status === 0 && message.method === 'ACK');
      await pass(30_000);
      expect(stack.heard(phone).ended).toBeUndefined();
      expect((await phone.ask('BYE')).status).toBe(200);
    },
  );

  it('the caller refreshes and then does not any more: the call ends', async () => {
    const phone = await called('Supported: timer', 'Session-Expires: 90');
    await pass(50_000);
    const ok = await phone.invite({ body: phone.sdp(...AUDIO), more: ['Supported: timer', 'Session-Expires: 90;refresher=uac'] });
    expect(ok.header('Session-Expires')).toBe('90;refresher=uac');
    await pass(50_000);
    expect(stack.heard(phone).ended).toBeUndefined();
    await pass(11_000);
    await until('the end', () => stack.heard(phone).ended === 'network/session-expired');
  });

  it('a refresh that we refuse is none', async () => {
    const phone = await called('Supported: timer', 'Session-Expires: 90');
    await pass(50_000);
    const refused = await phone.invite({
      body: phone.sdp('m=image 4200 udptl t38'),
      more: ['Supported: timer', 'Session-Expires: 90;refresher=uac'],
    });
    expect(refused.status).toBe(488);
    await pass(11_000);
    await until('the end', () => stack.heard(phone).ended === 'network/session-expired');
  });
});
