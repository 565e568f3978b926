import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'vitest';
import { ms } from '#domain/units';
import { type RunningSipServer, startEmbeddedSipServer } from '../index.ts';
import { headerOf, UdpPeer } from './udp-test-peer.ts';

/** drachtio-srf as it is installed; it has CommonJS exports and typings that do not describe all of it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- its typings leave out most of what is used here
const Srf = createRequire(import.meta.url)('drachtio-srf') as any;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = any;

export const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
export const SECRET = 'a secret of sixteen or more characters';
/** What a test opened. */
export const closers: (() => unknown)[] = [];

/** For `afterEach`: whatever a test opened, the last first. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export async function startServer(): Promise<RunningSipServer & { udpPort: number; tcpPort: number; errors: string[] }> {
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
  closers.push(
    () => server.close(),
    () => expect(errors).toEqual([]),
  );
  return { ...server, errors, udpPort: server.boundListeners[0]?.port ?? 0, tcpPort: server.boundListeners[1]?.port ?? 0 };
}

export async function connectApp(server: RunningSipServer, secret = SECRET): Promise<Loose> {
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

export async function phone(): Promise<UdpPeer> {
  const peer = await UdpPeer.open();
  closers.push(() => peer.close());
  return peer;
}

let calls = 0;
export class Caller {
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
    this.peer.send(
      this.port,
      [
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
      ],
      body,
    );
  }

  async answer(cseq: number, wanted = /^SIP\/2.0 200/): Promise<string> {
    const ok = await this.peer.hears(wanted);
    this.to = headerOf(ok, 'To');
    this.send('ACK', cseq);
    return ok;
  }
}
