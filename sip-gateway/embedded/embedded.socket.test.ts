import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { type RunningSipServer, startEmbeddedSipServer } from './index.ts';
import { headerOf, UdpPeer } from './testing/udp-peer.ts';

/** drachtio-srf as it is installed; it has CommonJS exports and typings that do not describe all of it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- its typings leave out most of what is used here
const Srf = createRequire(import.meta.url)('drachtio-srf') as any;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
const SECRET = 'a secret of sixteen or more characters';
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startServer(): Promise<RunningSipServer & { udpPort: number; tcpPort: number; errors: string[] }> {
  const errors: string[] = [];
  const server = await startEmbeddedSipServer(
    {
      listeners: [
        { transport: 'udp', address: '127.0.0.1', port: 0 },
        { transport: 'tcp', address: '127.0.0.1', port: 0 },
      ],
      secret: SECRET,
    },
    {
      clock: { nowMs: () => ms(performance.now()), wallMs: () => Date.now() },
      randomId: () => randomUUID(),
      log: (level, message, fields) => {
        if (level === 'error') errors.push(`${message} ${JSON.stringify(fields)}`);
      },
    },
  );
  closers.push(() => server.close(), () => expect(errors).toEqual([]));
  return { ...server, errors, udpPort: server.boundListeners[0]?.port ?? 0, tcpPort: server.boundListeners[1]?.port ?? 0 };
}

async function connectApp(server: RunningSipServer, secret = SECRET): Promise<Loose> {
  const srf = new Srf();
  const connected = new Promise((resolve, reject) => {
    srf.on('connect', (error: Error | null, hostport: string) => (error === null ? resolve(hostport) : reject(error)));
    srf.on('error', () => undefined);
  });
  srf.connect({ host: server.controlAddress, port: server.controlPort, secret });
  closers.push(() => {
    try {
      srf.disconnect();
    } catch {
      // It was disconnected by the test, or refused.
    }
  });
  await connected;
  return srf;
}

async function phone(): Promise<UdpPeer> {
  const peer = await UdpPeer.open();
  closers.push(() => peer.close());
  return peer;
}

let calls = 0;
class Caller {
  readonly callId = `call-${(calls += 1)}@test`;
  readonly branch = `z9hG4bK-${randomUUID()}`;
  to = '<sip:bot@127.0.0.1>';
  readonly peer: UdpPeer;
  readonly port: number;

  constructor(peer: UdpPeer, port: number) {
    this.peer = peer;
    this.port = port;
  }

  send(method: string, cseq: number, options: { body?: string; branch?: string; uri?: string; extra?: string[] } = {}): void {
    const { body = '', branch = `z9hG4bK-${randomUUID()}`, uri = 'sip:bot@127.0.0.1', extra = [] } = options;
    this.peer.send(this.port, [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.peer.port};branch=${branch};rport`,
      'Max-Forwards: 70',
      'From: "Caller" <sip:caller@127.0.0.1>;tag=from1',
      `To: ${this.to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:caller@127.0.0.1:${this.peer.port}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      ...extra,
    ], body);
  }

  async answer(cseq: number, wanted = /^SIP\/2.0 200/): Promise<string> {
    const ok = await this.peer.hears(wanted);
    this.to = headerOf(ok, 'To');
    this.send('ACK', cseq);
    return ok;
  }
}

describe('drachtio-srf on the embedded server', () => {
  it('is refused with a wrong secret', async () => {
    const server = await startServer();
    await expect(connectApp(server, 'a wrong secret of sixteen characters')).rejects.toThrow(/authenticate/);
  });

  it('answers a call, is told of the ACK and of the BYE', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    const events: string[] = [];
    const destroyed = new Promise<void>((resolve) => {
      srf.invite((req: Loose, res: Loose) => {
        events.push(`invite ${req.protocol} ${req.source_port} ${req.callingNumber} ${req.receivedOn}`);
        res.send(180);
        srf.createUAS(req, res, { localSdp: SDP }).then((dialog: Loose) => {
          events.push(`dialog ${srf.findDialogByCallIDAndFromTag(req.get('Call-ID'), 'from1') === dialog}`);
          dialog.on('ack', () => events.push('ack'));
          dialog.on('destroy', (_message: Loose, reason: string) => {
            events.push(`destroy ${reason}`);
            resolve();
          });
        });
      });
    });
    const caller = new Caller(await phone(), server.udpPort);
    caller.send('INVITE', 1, { body: SDP, branch: caller.branch });
    await caller.peer.hears(/^SIP\/2.0 100/);
    const ringing = await caller.peer.hears(/^SIP\/2.0 180/);
    const ok = await caller.answer(1);
    expect(headerOf(ok, 'To')).toBe(headerOf(ringing, 'To'));
    expect(headerOf(ok, 'Contact')).toBe(`<sip:127.0.0.1:${server.udpPort}>`);
    expect(ok).toContain('m=audio 4000');
    await expect.poll(() => events).toContain('ack');
    caller.send('BYE', 2);
    await caller.peer.hears(/^SIP\/2.0 200 OK[\s\S]*CSeq: 2 BYE/);
    await destroyed;
    expect(events).toEqual([`invite udp ${caller.peer.port} caller 127.0.0.1:${server.udpPort}`, 'dialog true', 'ack', 'destroy normal release']);
    expect(server.counters()['open-dialogs']).toBe(0);
  });

  it('hangs up', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    const ended = new Promise((resolve) => {
      srf.invite(async (req: Loose, res: Loose) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.on('ack', () => resolve(dialog.destroy({ headers: { 'X-Why': 'done' } })));
      });
    });
    const caller = new Caller(await phone(), server.udpPort);
    caller.send('INVITE', 1, { body: SDP });
    await caller.answer(1);
    const bye = await caller.peer.hears(/^BYE/);
    expect(bye).toMatch(/X-Why: done/);
    caller.peer.send(server.udpPort, ['SIP/2.0 200 OK', ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(bye, name)}`)]);
    await ended;
    await expect.poll(() => server.counters()['open-dialogs']).toBe(0);
  });

  it('learns of a CANCEL before it has said anything', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    let arrived: () => void = () => undefined;
    const invited = new Promise<void>((resolve) => (arrived = resolve));
    const cancelled = new Promise<void>((resolve) => {
      srf.invite((req: Loose) => {
        req.on('cancel', () => resolve());
        arrived();
      });
    });
    const caller = new Caller(await phone(), server.udpPort);
    caller.send('INVITE', 1, { body: SDP, branch: caller.branch });
    await invited;
    caller.send('CANCEL', 1, { branch: caller.branch });
    const ok = await caller.peer.hears(/^SIP\/2.0 200 OK[\s\S]*CSeq: 1 CANCEL/);
    const terminated = await caller.peer.hears(/^SIP\/2.0 487/);
    expect(headerOf(ok, 'To')).toBe(headerOf(terminated, 'To'));
    await cancelled;
  });
});
