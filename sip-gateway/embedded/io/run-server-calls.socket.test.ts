import { afterEach, describe, expect, it } from 'vitest';
import { Caller, closeAll, connectApp, phone, SDP, startServer, type Loose } from './test-application.ts';
import { headerOf } from './udp-test-peer.ts';

afterEach(closeAll);

describe('calls of drachtio-srf on the embedded server', () => {
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
    expect(events).toEqual([
      `invite udp ${caller.peer.port} caller 127.0.0.1:${server.udpPort}`,
      'dialog true',
      'ack',
      'destroy normal release',
    ]);
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
    caller.peer.send(server.udpPort, [
      'SIP/2.0 200 OK',
      ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(bye, name)}`),
    ]);
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

  it('takes requests in a call both ways: INFO, OPTIONS, re-INVITE', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    const heard: string[] = [];
    const answered = new Promise<Loose>((resolve) => {
      srf.invite(async (req: Loose, res: Loose) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.on('info', (info: Loose, response: Loose) => {
          heard.push(`info ${info.body}`);
          response.send(200, { headers: { 'X-Got': 'it' } });
        });
        dialog.on('modify', (again: Loose, response: Loose) => {
          heard.push(`modify ${again.body.includes('5000')}`);
          response.send(200, { body: SDP });
        });
        dialog.once('ack', () => resolve(dialog));
      });
    });
    const caller = new Caller(await phone(), server.udpPort);
    caller.send('INVITE', 1, { body: SDP });
    await caller.answer(1);
    const dialog = await answered;
    caller.send('INFO', 2, { body: 'Signal=5' });
    expect(headerOf(await caller.peer.hears(/^SIP\/2.0 200[\s\S]*2 INFO/), 'X-Got')).toBe('it');
    caller.send('OPTIONS', 3);
    await caller.peer.hears(/^SIP\/2.0 200[\s\S]*3 OPTIONS/);
    caller.send('INVITE', 4, { body: SDP.replace('4000', '5000') });
    await caller.peer.hears(/^SIP\/2.0 200[\s\S]*4 INVITE[\s\S]*m=audio/);
    caller.send('ACK', 4);
    expect(heard).toEqual(['info Signal=5', 'modify true']);

    const answer = (text: string, body = '') =>
      caller.peer.send(
        server.udpPort,
        [
          'SIP/2.0 200 OK',
          ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(text, name)}`),
          `Contact: <sip:caller@127.0.0.1:${caller.peer.port}>`,
          ...(body === '' ? [] : ['Content-Type: application/sdp']),
        ],
        body,
      );
    const modified = dialog.modify(SDP.replace('4000', '6000'));
    const again = await caller.peer.hears(/^INVITE[\s\S]*m=audio 6000/);
    caller.peer.send(server.udpPort, [
      'SIP/2.0 100 Trying',
      ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(again, name)}`),
    ]);
    answer(again, SDP.replace('4000', '7000'));
    expect(await modified).toContain('m=audio 7000');
    await caller.peer.hears(/^ACK/);
    const informed = dialog.request({ method: 'INFO', headers: { 'Content-Type': 'text/plain' }, body: 'hello' });
    answer(await caller.peer.hears(/^INFO[\s\S]*hello/));
    expect((await informed).status).toBe(200);
    const ended = dialog.destroy();
    answer(await caller.peer.hears(/^BYE/));
    await ended;
    expect(server.counters()['open-dialogs']).toBe(0);
  });

  it('calls out: ringing, answered, hung up by either side; refused; cancelled; retried with credentials', async () => {
    const server = await startServer();
    const srf = await connectApp(server);
    const friend = await phone();
    const say = (text: string, status: string, extra: string[] = [], body = '') =>
      friend.send(
        server.udpPort,
        [
          `SIP/2.0 ${status}`,
          ...['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(text, name)}`),
          `To: ${headerOf(text, 'To').replace(/;tag=.*/, '')};tag=friend`,
          `Contact: <sip:friend@127.0.0.1:${friend.port}>`,
          ...extra,
          ...(body === '' ? [] : ['Content-Type: application/sdp']),
        ],
        body,
      );
    const uri = `sip:friend@127.0.0.1:${friend.port}`;

    const provisional: number[] = [];
    const calling = srf.createUAC(
      uri,
      { localSdp: SDP, callingNumber: '123' },
      { cbProvisional: (res: Loose) => provisional.push(res.status) },
    );
    const invite = await friend.hears(/^INVITE/);
    expect(headerOf(invite, 'Contact')).toBe(`sip:123@127.0.0.1:${server.udpPort}`);
    say(invite, '100 Trying');
    say(invite, '180 Ringing');
    say(invite, '200 OK', [], SDP);
    const dialog = await calling;
    await friend.hears(/^ACK/);
    expect(provisional).toEqual([180]);
    expect(srf.findDialogById(dialog.id)).toBe(dialog);
    const destroyed = new Promise((resolve) => dialog.on('destroy', (_message: Loose, reason: string) => resolve(reason)));
    friend.send(server.udpPort, [
      `BYE sip:127.0.0.1:${server.udpPort} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${friend.port};branch=z9hG4bKfriend;rport`,
      'Max-Forwards: 70',
      `From: <${uri}>;tag=friend`,
      `To: ${headerOf(invite, 'From')}`,
      `Call-ID: ${headerOf(invite, 'Call-ID')}`,
      'CSeq: 1 BYE',
    ]);
    expect(await destroyed).toBe('normal release');
    await friend.hears(/^SIP\/2.0 200[\s\S]*1 BYE/);

    const refused = srf.createUAC(uri, { localSdp: SDP });
    say(await friend.hears(/^INVITE/), '486 Busy Here');
    await expect(refused).rejects.toMatchObject({ status: 486 });
    await friend.hears(/^ACK/);

    let sent: Loose;
    const cancelled = srf.createUAC(uri, { localSdp: SDP }, { cbRequest: (_error: Loose, req: Loose) => (sent = req) });
    const ringing = await friend.hears(/^INVITE/);
    say(ringing, '180 Ringing');
    await expect.poll(() => sent).toBeDefined();
    sent.cancel();
    say(await friend.hears(/^CANCEL/), '200 OK');
    say(ringing, '487 Request Terminated');
    await expect(cancelled).rejects.toMatchObject({ status: 487 });

    const challenged = srf.createUAC(uri, { localSdp: SDP, auth: { username: 'u', password: 'p' } });
    const first = await friend.hears(/^INVITE/);
    say(first, '401 Unauthorized', ['WWW-Authenticate: Digest realm="r", nonce="n"']);
    const second = await friend.hears(/^INVITE[\s\S]*Authorization: Digest/);
    expect([headerOf(second, 'Call-ID'), headerOf(second, 'From'), headerOf(second, 'CSeq')]).toEqual([
      headerOf(first, 'Call-ID'),
      headerOf(first, 'From'),
      '2 INVITE',
    ]);
    say(second, '200 OK', [], SDP);
    const authorised = await challenged;
    const hangingUp = authorised.destroy();
    const bye = await friend.hears(/^BYE/);
    expect(headerOf(bye, 'CSeq')).toBe('3 BYE');
    say(bye, '200 OK');
    await hangingUp;
    await expect.poll(() => server.counters()['open-dialogs']).toBe(0);
    await expect(srf.createUAC(`sip:x@127.0.0.1:${server.udpPort}`, { localSdp: SDP })).rejects.toThrow(/myself/);
  });
});
