import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallIntake } from '#domain/call-leg';
import { onRefused } from '#app/compose';
import { systemClock } from '#app/system-clock';
import { createLog, logFunction, sumUpLog } from '#app/telemetry/log';
import { CallMetrics } from '#app/telemetry/metrics';
import { startEmbeddedSipServer } from '#sip-gateway/embedded';
import { startSipGateway } from '#sip-gateway';
import { sipOptions } from '#sip-gateway/options';

const SECRET = 'a secret of the control port';
const NO_MEDIA = { openLeg: () => Promise.reject(new Error('no call comes so far')), close: () => Promise.resolve() };
const closings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

/** The SIP side as the app composes it, with the app's own log. */
async function sipSide(allow: readonly string[]): Promise<{ readonly port: number; readonly lines: string[]; readonly log: Logger }> {
  const lines: string[] = [];
  const log = createLog({ level: 'info', transcripts: false }, { write: (line: string) => void lines.push(line) });
  const server = await startEmbeddedSipServer(
    { listeners: [{ transport: 'udp', address: '127.0.0.1', port: 0 }], secret: SECRET },
    { clock: systemClock, randomId: randomUUID, log: logFunction(log) },
  );
  const refused = onRefused(log, new CallMetrics());
  const intake: CallIntake = {
    admit: (facts) => {
      const reason = { by: 'refused', code: 'no-such-address' } as const;
      if (facts.toUser === 'bot') return { kind: 'accept' };
      refused(facts, reason);
      return { kind: 'refuse', reason };
    },
    ringing: () => undefined,
    answered: () => undefined,
    established: () => undefined,
    abandoned: () => undefined,
  };
  const gateway = await startSipGateway(sipOptions.parse({ bindAddress: '127.0.0.1', allow }), {
    media: NO_MEDIA,
    intake,
    clock: systemClock,
    randomId: randomUUID,
    limits: { calls: 10 },
    log,
    control: { host: server.controlAddress, port: server.controlPort, secret: SECRET },
    onRefused: refused,
  });
  closings.push(
    () => server.close(),
    () => gateway.close(),
  );
  return { port: server.boundListeners[0]?.port ?? 0, lines, log };
}

async function flood(port: number, count: number, textOf: (n: number) => string): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closings.push(() => socket.close());
  // Refusals are sent again until they are acknowledged.
  const refused = new Set<string>();
  socket.on('message', (message) => {
    const text = message.toString('latin1');
    if (/^SIP\/2\.0 [3-6]/.test(text)) refused.add(/^Call-ID: *(\S+)/im.exec(text)?.[1] ?? '');
  });
  for (let n = 0; n < count; n++) {
    socket.send(textOf(n), port, '127.0.0.1');
    // Paced, so that loopback loses nothing.
    if (n % 20 === 19) await pause(15);
  }
  await pause(300);
  return refused.size;
}

const invite = (n: number, sdp = '', user = 'bot'): string =>
  [
    `INVITE sip:${user}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK${n}x${randomUUID()};rport`,
    'Max-Forwards: 70',
    `From: <sip:a@127.0.0.1>;tag=${n}`,
    'To: <sip:bot@127.0.0.1>',
    `Call-ID: ${n}-${randomUUID()}`,
    'CSeq: 1 INVITE',
    'Contact: <sip:a@127.0.0.1:9>',
    ...(sdp === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(sdp)}`,
    '',
    sdp,
  ].join('\r\n');

const OFFER = 'v=0\r\no=a 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n';

/** How many events the lines tell of. */
function told(lines: readonly string[], message: string): number {
  return lines
    .map((line) => JSON.parse(line) as { msg: string; times?: number })
    .filter(({ msg }) => msg === message)
    .reduce((sum, { times }) => sum + (times ?? 1), 0);
}

// A stranger's INVITE flood wrote about a thousand lines a second into the log, 14 GB a day.
describe('the log of a flood', () => {
  it.each([
    ['from an address that may not call', ['192.0.2.0/24'], 'bot', ''],
    ['to an address that nobody answers', ['127.0.0.0/8'], 'nobody', OFFER],
    ['with offers that cannot be read', ['127.0.0.0/8'], 'bot', 'v=0\r\nrubbish'],
  ])('of invitations %s is a few lines that count all of them', async (_what, allow, user, sdp) => {
    const { port, lines, log } = await sipSide(allow);
    const answered = await flood(port, 1_500, (n) => invite(n, sdp, user));
    sumUpLog(log);
    expect(answered).toBeGreaterThan(1_000);
    expect(lines.length).toBeLessThan(12);
    // Most of them by the SIP server itself, once it is clear that nobody acknowledges.
    expect(told(lines, 'call refused') + told(lines, 'call refused without state')).toBeGreaterThanOrEqual(answered);
    // The first is there in full: who it was and why.
    expect(JSON.parse(lines.find((line) => line.includes('call refused')) ?? '{}')).toMatchObject({
      peer: expect.stringMatching(/^127\.0\.0\.1/),
      reason: expect.any(String),
      callId: expect.any(String),
    });
  });

  it('of rubbish is as short', async () => {
    const { port, lines, log } = await sipSide(['127.0.0.0/8']);
    const kinds = [
      () => 'x'.repeat(600),
      (n: number) => invite(n).replace('CSeq: 1 INVITE', 'CSeq: nine'),
      (n: number) => invite(n).replace('INVITE sip:bot', 'INVITE http://'),
      () => `SIP/2.0 200 OK\r\n\r\n`,
      (n: number) => invite(n).replace('INVITE sip', 'OPTIONS sip').replace('1 INVITE', '1 OPTIONS'),
      (n: number) => invite(n).replaceAll('INVITE', 'BYE'),
    ];
    await flood(port, 1_500, (n) => (kinds[n % kinds.length] ?? invite)(n));
    sumUpLog(log);
    expect(lines.length).toBeLessThan(40);
    expect(lines.join('').length).toBeLessThan(20_000);
  });
});
