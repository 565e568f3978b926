import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ms } from '#domain/units';
import type { ServerLimits, Transport } from '../core/types.ts';
import { type RunningSipServer, startEmbeddedSipServer } from '../index.ts';
import { closeAll, closers, connectApp, SDP, SECRET, type Loose } from './test-application.ts';
import { TestAuthority, type TestCertificate } from './test-certificates.ts';
import type { TlsSettings } from './tls-credentials.ts';
import { headerOf } from './udp-test-peer.ts';

let folder: string;
let authority: TestAuthority;
let own: TestCertificate;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-sip-tls-'));
  authority = await TestAuthority.make();
  own = await authority.issue(['127.0.0.1', 'bot.example']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(closeAll);

let files = 0;
function file(text: string): string {
  const path = join(folder, `${(files += 1)}.pem`);
  writeFileSync(path, text);
  return path;
}

interface Started extends RunningSipServer {
  readonly ports: Readonly<Record<Transport, number>>;
  readonly tls: TlsSettings;
}

async function start(given: { tls?: Partial<TlsSettings>; limits?: Partial<ServerLimits> } = {}): Promise<Started> {
  const transports: readonly Transport[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];
  const tls: TlsSettings = {
    certFile: file(own.cert),
    keyFile: file(own.key),
    caFile: file(authority.cert),
    minVersion: 'TLSv1.2',
    clientCertificates: 'off',
    ...given.tls,
  };
  const server = await startEmbeddedSipServer(
    {
      listeners: transports.map((transport) => ({ transport, address: '127.0.0.1', port: 0 })),
      secret: SECRET,
      tls,
      ws: { origins: ['https://phone.example'] },
      ...(given.limits === undefined ? {} : { limits: given.limits }),
    },
    {
      clock: { nowMs: () => ms(performance.now()), wallMs: () => Date.now() },
      randomId: () => randomUUID(),
      log: (level, message, fields) => {
        if (level === 'error') throw new Error(`${message} ${JSON.stringify(fields)}`);
      },
    },
  );
  closers.push(() => server.close());
  const ports = Object.fromEntries(server.boundListeners.map(({ transport, port }) => [transport, port])) as Started['ports'];
  return { ...server, ports, tls };
}

/** What a peer says and hears, whatever carries it. */
interface Talk {
  say(text: string): void;
  readonly heard: () => string;
  close(): void;
}

async function overTls(port: number, options: ConnectionOptions = {}): Promise<Talk & { readonly socket: TLSSocket }> {
  const socket = connectTls({ host: '127.0.0.1', port, ca: authority.cert, ...options });
  closers.push(() => socket.destroy());
  let heard = '';
  socket.on('data', (bytes) => (heard += bytes.toString()));
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  socket.on('error', () => undefined);
  return { socket, say: (text) => void socket.write(text), heard: () => heard, close: () => socket.destroy() };
}

async function overWebSocket(url: string, options: { origin?: string; protocol?: string } = {}): Promise<Talk> {
  const { protocol = 'sip', ...rest } = options;
  const socket = new WebSocket(url, protocol === '' ? [] : [protocol], { ca: authority.cert, ...rest });
  closers.push(() => socket.terminate());
  let heard = '';
  socket.on('message', (data: Buffer) => (heard += data.toString()));
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('error', () => undefined);
  return { say: (text) => socket.send(text), heard: () => heard, close: () => socket.close() };
}

function message(method: string, cseq: number, via: string, contact: string, to = '<sip:bot@127.0.0.1>', body = ''): string {
  return [
    `${method} sip:bot@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/${via} host.invalid;branch=z9hG4bK${method}${cseq}${via};rport`,
    'Max-Forwards: 70',
    `From: <sip:a@b>;tag=${via}`,
    `To: ${to}`,
    `Call-ID: ${via}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: ${contact}`,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

const TALKS: readonly (readonly [Transport, string, string, (ports: Started['ports']) => Promise<Talk>])[] = [
  ['tls', 'TLS', 'tls', (ports) => overTls(ports.tls)],
  ['ws', 'WS', 'ws', (ports) => overWebSocket(`ws://127.0.0.1:${ports.ws}`)],
  ['wss', 'WSS', 'ws', (ports) => overWebSocket(`wss://127.0.0.1:${ports.wss}`)],
];

describe.each(TALKS)('a call over %s', (transport, via, parameter, open) => {
  it('is answered with a Contact of its transport, and both sides can speak in it', async () => {
    const server = await start();
    const srf = await connectApp(server);
    const dialogs: Loose[] = [];
    const protocols: string[] = [];
    srf.invite(async (req: Loose, res: Loose) => {
      protocols.push(req.protocol);
      dialogs.push(await srf.createUAS(req, res, { localSdp: SDP }));
    });
    const peer = await open(server.ports);
    const contact = transport === 'tls' ? '<sip:a@127.0.0.1:9;transport=tls>' : '<sip:a@df7jal23ls0d.invalid;transport=ws>';
    peer.say('\r\n\r\n');
    await expect.poll(peer.heard).toBe('\r\n');
    peer.say(message('INVITE', 1, via, contact, undefined, SDP));
    await expect.poll(peer.heard).toContain('SIP/2.0 200 OK');
    expect(peer.heard()).toContain(`Contact: <sip:127.0.0.1:${server.ports[transport]};transport=${parameter}>`);
    const to = headerOf(peer.heard().slice(peer.heard().indexOf('SIP/2.0 200 OK')), 'To');
    peer.say(message('ACK', 1, via, contact, to));
    await expect.poll(() => dialogs.length).toBe(1);
    expect(protocols).toEqual([transport]);
    // Ours goes the way that the call came, whatever the Contact says: nobody can connect to a browser.
    void dialogs[0].destroy();
    await expect.poll(peer.heard).toMatch(/BYE sip:a@/);
    expect(headerOf(peer.heard().slice(peer.heard().indexOf('BYE ')), 'Via')).toContain(
      `SIP/2.0/${via} 127.0.0.1:${server.ports[transport]}`,
    );
    expect(server.counters()['open-streams']).toBe(1);
    peer.close();
    await expect.poll(() => server.counters()['open-streams']).toBe(0);
  });
});

describe('the certificate', () => {
  it('is the new one for the next connection, while open ones stay', async () => {
    const server = await start();
    const before = await overTls(server.ports.tls);
    const secondBefore = await overWebSocket(`wss://127.0.0.1:${server.ports.wss}`);
    const next = await authority.issue(['127.0.0.1', 'next.example']);
    writeFileSync(server.tls.keyFile, next.key);
    writeFileSync(server.tls.certFile, next.cert);
    server.reloadCertificates();
    const after = await overTls(server.ports.tls);
    expect(after.socket.getPeerCertificate().subjectaltname).toContain('next.example');
    expect(before.socket.getPeerCertificate().subjectaltname).toContain('bot.example');
    for (const talk of [before, secondBefore]) {
      talk.say('\r\n\r\n');
      await expect.poll(talk.heard).toBe('\r\n');
    }
  });

  it('of the client is asked for where it has to be, and checked', async () => {
    const server = await start({ tls: { clientCertificates: 'required' } });
    const client = await authority.issue(['phone.example']);
    const stranger = await (await TestAuthority.make()).issue(['phone.example']);
    const friend = await overTls(server.ports.tls, client);
    friend.say('\r\n\r\n');
    await expect.poll(friend.heard).toBe('\r\n');
    for (const options of [{}, stranger]) {
      const ended = overTls(server.ports.tls, options).then(
        ({ socket }) => new Promise((resolve) => socket.once('close', () => resolve('closed'))),
        () => 'closed',
      );
      expect(await ended).toBe('closed');
    }
    await expect.poll(() => server.counters()['open-streams']).toBe(1);
  });

  it('may be missing where it is optional', async () => {
    const server = await start({ tls: { clientCertificates: 'optional' } });
    const peer = await overTls(server.ports.tls);
    peer.say('\r\n\r\n');
    await expect.poll(peer.heard).toBe('\r\n');
  });

  it.each([
    ['TLSv1.2', 'TLSv1.2', true],
    ['TLSv1.2', 'TLSv1.3', true],
    ['TLSv1.3', 'TLSv1.3', true],
    ['TLSv1.3', 'TLSv1.2', false],
    ['TLSv1.2', 'TLSv1.1', false],
  ] as const)('least version %s: a peer of %s is taken: %s', async (minVersion, version, isTaken) => {
    const server = await start({ tls: { minVersion } });
    const opened = overTls(server.ports.tls, { minVersion: version, maxVersion: version }).then(
      ({ socket }) => socket.getProtocol(),
      () => undefined,
    );
    expect(await opened).toBe(isTaken ? version : undefined);
  });
});

describe('connections that we open over TLS', () => {
  /** A peer that answers OPTIONS with 200. */
  async function callee(certificate: TestCertificate): Promise<{ port: number; heard: () => string }> {
    let heard = '';
    const server = createTlsServer(certificate, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        heard += bytes.toString();
        const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(bytes.toString(), name)}`);
        socket.write(
          ['SIP/2.0 200 OK', ...copied, `To: ${headerOf(bytes.toString(), 'To')};tag=x`, 'Content-Length: 0', '', ''].join('\r\n'),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    return { port: (server.address() as { port: number }).port, heard: () => heard };
  }

  const statusOf = (srf: Loose, uri: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      srf.request(uri, { method: 'OPTIONS' }, (error: Loose, req: Loose) =>
        error ? reject(error) : req.on('response', (res: Loose) => resolve(res.status)),
      );
    });

  it('check whom they reach, and are used again', async () => {
    const server = await start();
    const srf = await connectApp(server);
    const peer = await callee(own);
    expect(await statusOf(srf, `sip:x@127.0.0.1:${peer.port};transport=tls`)).toBe(200);
    expect(await statusOf(srf, `sips:x@127.0.0.1:${peer.port}`)).toBe(200);
    expect(server.counters()['open-streams']).toBe(1);
    expect(peer.heard()).toContain(`Via: SIP/2.0/TLS 127.0.0.1:${server.ports.tls}`);
    const liar = await callee(await authority.issue(['somebody.example']));
    expect(await statusOf(srf, `sip:x@127.0.0.1:${liar.port};transport=tls`)).toBe(503);
    const stranger = await callee(await (await TestAuthority.make()).issue(['127.0.0.1']));
    expect(await statusOf(srf, `sip:x@127.0.0.1:${stranger.port};transport=tls`)).toBe(503);
  });

  it('are not made to a WebSocket, which nobody can connect to', async () => {
    const srf = await connectApp(await start());
    await expect(statusOf(srf, 'sip:x@127.0.0.1:9;transport=ws')).rejects.toThrow(/transport not available/);
  });
});

describe('hostile peers', () => {
  it('a WebSocket of a page that is not named, of another protocol, and plain HTTP get nothing', async () => {
    const server = await start();
    const url = `ws://127.0.0.1:${server.ports.ws}`;
    await expect(overWebSocket(url, { origin: 'https://evil.example' })).rejects.toThrow(/403/);
    await expect(overWebSocket(url, { protocol: 'mqtt' })).rejects.toThrow(/400/);
    await expect(overWebSocket(url, { protocol: '' })).rejects.toThrow(/400/);
    expect((await fetch(`http://127.0.0.1:${server.ports.ws}/`)).status).toBe(426);
    await overWebSocket(url, { origin: 'https://phone.example' });
    await expect.poll(() => server.counters()['open-streams']).toBe(1);
  });

  it.each(['tcp', 'tls', 'ws', 'wss'] as const)(
    'who connects by %s and says nothing, or never ends a handshake, is closed',
    async (transport) => {
      const server = await start({ limits: { streamFirstMs: ms(300) } });
      for (const first of ['', '\x16\x03\x01', 'GET / HTTP/1.1\r\nUpgrade: ']) {
        const socket = connect(server.ports[transport], '127.0.0.1');
        socket.on('error', () => undefined);
        closers.push(() => socket.destroy());
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.write(first);
        socket.resume();
        await closed;
      }
      await expect.poll(() => server.counters()['open-streams']).toBe(0);
    },
  );

  it.each(['tls', 'wss'] as const)('one too many by %s is closed before its handshake', async (transport) => {
    const server = await start({ limits: { streamsPerAddress: 2 } });
    const sockets = Array.from({ length: 3 }, () => connect(server.ports[transport], '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => undefined);
    closers.push(() => sockets.forEach((socket) => socket.destroy()));
    await expect.poll(() => server.counters()['stream-refused-address']).toBe(1);
    expect(server.counters()['open-streams']).toBe(2);
  });

  it('a message that is too large closes its WebSocket', async () => {
    const server = await start();
    const socket = new WebSocket(`ws://127.0.0.1:${server.ports.ws}`, ['sip']);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(1_000_000));
    await closed;
    await expect.poll(() => server.counters()['open-streams']).toBe(0);
  });

  it('what is no SIP at all costs its connection nothing but time', async () => {
    const server = await start();
    const talk = await overWebSocket(`ws://127.0.0.1:${server.ports.ws}`);
    talk.say('hello');
    talk.say('\r\n\r\n');
    await expect.poll(talk.heard).toBe('\r\n');
  });
});
