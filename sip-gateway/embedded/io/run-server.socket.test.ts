import { randomUUID } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { startEmbeddedSipServer } from '../index.ts';
import { Caller, closeAll, closers, connectApp, phone, SDP, SECRET, startServer, type Loose } from './test-application.ts';
import { headerOf } from './udp-test-peer.ts';

afterEach(closeAll);

describe('drachtio-srf on the embedded server', () => {
  it('is refused with a wrong secret', async () => {
    const server = await startServer();
    await expect(connectApp(server, 'a wrong secret of sixteen characters')).rejects.toThrow(/authenticate/);
  });

  it('answers OPTIONS by itself when nobody routed them, and lets an application route them', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    const caller = new Caller(await phone(), server.udpPort);
    caller.send('OPTIONS', 1);
    expect(headerOf(await caller.peer.hears(/^SIP\/2.0 200/), 'Allow')).toContain('INVITE');
    srf.options((_req: Loose, res: Loose) => res.send(486));
    await srf.request(`sip:nobody@127.0.0.1:${caller.peer.port}`, { method: 'OPTIONS' });
    caller.send('OPTIONS', 2);
    await caller.peer.hears(/^SIP\/2.0 486/);
  });

  it('releases the calls of an application that disconnects', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    srf.invite((req: Loose, res: Loose) => srf.createUAS(req, res, { localSdp: SDP }));
    const caller = new Caller(await phone(), server.udpPort);
    caller.send('INVITE', 1, { body: SDP });
    await caller.answer(1);
    await expect.poll(() => server.counters()['open-dialogs']).toBe(1);
    srf.disconnect();
    await caller.peer.hears(/^BYE[\s\S]*Application lost/);
    caller.send('OPTIONS', 1);
    await caller.peer.hears(/^SIP\/2.0 481/);
  });

  it('says BYE to the calls that are left when it is closed', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    srf.invite((req: Loose, res: Loose) => srf.createUAS(req, res, { localSdp: SDP }));
    const caller = new Caller(await phone(), server.udpPort);
    caller.send('INVITE', 1, { body: SDP });
    await caller.answer(1);
    await expect.poll(() => server.counters()['open-dialogs']).toBe(1);
    await server.close();
    await caller.peer.hears(/^BYE/);
    await server.close();
  });

  it('carries a call over TCP, and says pong', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    srf.invite((req: Loose, res: Loose) => srf.createUAS(req, res, { localSdp: SDP }));
    const socket = connect(server.tcpPort, '127.0.0.1');
    closers.push(() => socket.destroy());
    let heard = '';
    socket.on('data', (bytes) => (heard += bytes.toString()));
    socket.write('\r\n\r\n');
    await expect.poll(() => heard).toBe('\r\n');
    const lines = (method: string, to: string) => [
      `${method} sip:bot@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK${method}`,
      'From: <sip:a@b>;tag=1',
      `To: ${to}`,
      'Call-ID: tcp',
      `CSeq: 1 ${method}`,
      'Contact: <sip:a@127.0.0.1;transport=tcp>',
      'Max-Forwards: 70',
    ];
    const text = [
      ...lines('INVITE', '<sip:bot@127.0.0.1>'),
      'Content-Type: application/sdp',
      `Content-Length: ${SDP.length}`,
      '',
      SDP,
    ].join('\r\n');
    socket.write(text.slice(0, 50));
    socket.write(text.slice(50));
    await expect.poll(() => heard).toContain('SIP/2.0 200 OK');
    expect(heard).toContain(`Contact: <sip:127.0.0.1:${server.tcpPort};transport=tcp>`);
    const to = headerOf(heard.slice(heard.indexOf('SIP/2.0 200 OK')), 'To');
    socket.write([...lines('ACK', to), 'Content-Length: 0', '', ''].join('\r\n'));
    socket.write([...lines('BYE', to).map((line) => line.replace('CSeq: 1', 'CSeq: 2')), 'Content-Length: 0', '', ''].join('\r\n'));
    await expect.poll(() => heard).toMatch(/SIP\/2.0 200 OK[\s\S]*2 BYE/);
    expect(server.counters()['open-dialogs']).toBe(0);
  });

  it('tells of a peer that refuses the connection as 503, of a name that does not exist too', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    for (const uri of ['sip:nobody@127.0.0.1:1;transport=tcp', 'sip:nobody@nowhere.invalid']) {
      const status = new Promise((resolve) => {
        srf.request(uri, { method: 'OPTIONS' }, (_error: Loose, req: Loose) => req.on('response', (res: Loose) => resolve(res.status)));
      });
      expect(await status).toBe(503);
    }
  });

  it('says clearly which port is taken', async () => {
    const server = await startServer();
    const options = { listeners: [{ transport: 'udp', address: '127.0.0.1', port: server.udpPort }], secret: SECRET } as const;
    const deps = {
      clock: { nowMs: () => ms(performance.now()), wallMs: () => Date.now() },
      randomId: () => randomUUID(),
      log: () => undefined,
    };
    await expect(startEmbeddedSipServer(options, deps)).rejects.toMatchObject({
      code: 'SIP_LISTEN_FAILED',
      message: expect.stringContaining(`udp/127.0.0.1:${server.udpPort}`),
    });
  });
});

it('whoever connects while other sockets are still being opened is let go, not held where no bound counts them', async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  let isStarted = false;
  let wasEarly = false;
  const early = new Promise<Socket>((resolve) => {
    const attempt = (): void => {
      const socket = connect(port, '127.0.0.1');
      closers.push(() => socket.destroy());
      socket.once('connect', () => {
        wasEarly = !isStarted;
        resolve(socket);
      });
      socket.once('error', () => void setImmediate(attempt));
    };
    attempt();
  });
  // The others have a name that is looked up first, so that the first is open for some turns of the event loop before they are.
  const others = Array.from({ length: 60 }, () => ({ transport: 'tcp', address: 'localhost', port: 0 }) as const);
  const server = await startEmbeddedSipServer(
    { listeners: [{ transport: 'tcp', address: '127.0.0.1', port }, ...others], secret: SECRET },
    { clock: { nowMs: () => ms(performance.now()), wallMs: () => Date.now() }, randomId: () => randomUUID(), log: () => undefined },
  );
  isStarted = true;
  closers.push(() => server.close());
  const socket = await early;
  expect(wasEarly).toBe(true);
  socket.on('error', () => undefined);
  socket.resume();
  await expect.poll(() => socket.closed).toBe(true);
  expect(server.counters()['open-streams']).toBe(0);
});
