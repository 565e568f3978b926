import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors';
import { startSipGateway } from './gateway.ts';
import { sipOptions } from '../options.ts';
import { offers } from '../sdp/testing/vectors.ts';
import { FakeMediaPool } from './fake-media.ts';
import { RecordingIntake, SECRET, clock, startServer, startTestStack, until } from './test-stack.ts';
import type { TestStack } from './test-stack.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function stackOf(options?: Parameters<typeof startTestStack>[0]): Promise<TestStack> {
  const stack = await startTestStack(options);
  closers.push(() => stack.close());
  return stack;
}

describe('the control connection', () => {
  it('drops: the calls on it end with that reason; it is made again and takes calls', async () => {
    const stack = await stackOf();
    const call = await stack.call();
    await call.establish({ sdp: offers.sipp });
    await until('answered', () => stack.intake.legs.length === 1);
    const { controlPort } = stack.server;
    await stack.server.close();
    await until('ended', () => stack.intake.endings.length === 1);
    expect(stack.intake.endings).toEqual(['network/control-connection-lost']);
    expect(stack.gateway.ready).toBe(false);
    expect(stack.gateway.activeCalls()).toBe(0);
    const server = await startServer([], controlPort, stack.udpPort);
    closers.push(() => server.close());
    await until('connected again', () => stack.gateway.ready);
    const next = await stack.call();
    await next.establish({ sdp: offers.sipp });
    await until('answered', () => stack.intake.legs.length === 2);
    next.bye();
    await next.phone.response(200, 'BYE');
    await until('ended', () => stack.intake.endings.length === 2);
    expect(stack.errors.splice(0)).toEqual(['sip control connection lost {}']);
  });

  it('refused secret: the start fails and says so', async () => {
    const server = await startServer([]);
    closers.push(() => server.close());
    await expect(start(server.controlPort, 'another secret, just as long')).rejects.toMatchObject({ code: 'SIP_CONTROL_REFUSED' });
  });

  it('nobody there: the start fails after its time and says where', async () => {
    const error = await start(1, SECRET).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'SIP_CONTROL_UNREACHABLE', message: expect.stringContaining('127.0.0.1:1') });
  });
});

describe('closing', () => {
  it('hangs up running calls, acknowledged or not, and is idempotent', async () => {
    const stack = await stackOf();
    const running = await stack.call();
    await running.establish({ sdp: offers.sipp });
    const unacked = await stack.call();
    unacked.invite({ sdp: offers.sipp });
    await unacked.phone.response(200, 'INVITE');
    await until('answered', () => stack.intake.legs.length === 1);
    const closing = stack.gateway.close();
    for (const call of [running, unacked]) {
      const bye = await call.phone.request('BYE');
      expect(bye.header('Reason')).toContain('Shutting down');
      call.phone.reply(bye, '200 OK');
    }
    await closing;
    await stack.gateway.close();
    expect([...stack.intake.endings, ...stack.intake.abandonedWith]).toEqual(['operator/shutdown', 'operator/shutdown']);
  });
});

it('names what can be dialled', async () => {
  const stack = await stackOf();
  expect(stack.gateway.addresses).toEqual([`127.0.0.1:${stack.udpPort}`]);
});

function start(port: number, secret: string): Promise<unknown> {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  return startSipGateway(sipOptions.parse({ connectTimeoutMs: 700 }), {
    media: new FakeMediaPool(),
    intake: new RecordingIntake(),
    clock,
    randomId: () => 'id',
    onRefused: () => undefined,
    limits: { calls: 1 },
    control: { host: '127.0.0.1', port, secret },
    log,
  });
}
