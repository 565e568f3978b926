import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { headerOf, request, SDP, ServerHarness, TRUSTED } from './testing/server-harness.ts';

describe('hostile datagrams', () => {
  it('get one 400 where an answer can be made, never to ACK, and are counted', () => {
    const harness = new ServerHarness();
    const bad = request('OPTIONS', { extra: ['Max-Forwards: many'] });
    harness.network(bad);
    const answer = harness.takeOne(/^SIP\/2.0 400/);
    expect(answer.text.length).toBeLessThan(bad.join('\r\n').length + 100);
    expect(answer.to).toBe('udp 192.0.2.9:5062');
    harness.advance(60_000);
    harness.network(request('ACK', { extra: ['Max-Forwards: many'] }));
    harness.network(request('OPTIONS').filter((line) => !line.startsWith('Call-ID')));
    harness.network('SIP/2.0 999 x\r\n\r\n');
    harness.network('garbage');
    expect(harness.sent).toEqual([]);
    expect(harness.server.counters()).toMatchObject({
      'malformed-header-value': 2,
      'malformed-missing-header': 1,
      'malformed-status': 1,
      'malformed-no-header-end': 1,
      'open-transactions': 0,
    });
  });

  it('are answered to where they came from, never to an address that they name', () => {
    const harness = new ServerHarness();
    harness.network(
      request('OPTIONS').map((line) =>
        line.replace('Via: SIP/2.0/UDP 192.0.2.9:5062', 'Via: SIP/2.0/UDP 203.0.113.1:53;maddr=203.0.113.2;received=203.0.113.3'),
      ),
      'udp 192.0.2.66:1234',
    );
    const answer = harness.takeOne(/^SIP\/2.0 200/);
    expect(answer.to).toBe('udp 192.0.2.66:1234');
    expect(headerOf(answer.text, 'Via')).toContain('received=192.0.2.66');
  });

  it('of every kind leave the server answering', () => {
    const harness = new ServerHarness();
    harness.app({ routes: ['invite', 'register'] });
    const vectors = new URL('../../test/vectors/sip-torture/', import.meta.url);
    const seeds = ['rfc4475/', 'rfc5118/'].flatMap((folder) =>
      readdirSync(new URL(folder, vectors))
        .filter((name) => name.endsWith('.dat'))
        .map((name) => readFileSync(new URL(folder + name, vectors))),
    );
    expect(seeds).toHaveLength(62);
    const send = (bytes: Uint8Array) => harness.feed({ kind: 'datagram', listener: 0, address: '192.0.2.9', port: 5062, bytes });
    for (const seed of seeds) send(seed);
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.nat(), fc.nat(255), fc.nat(), (seed, at, byte, cut) => {
        const bytes = Uint8Array.from(seed);
        bytes[at % bytes.length] = byte;
        send(bytes);
        send(bytes.subarray(cut % bytes.length));
      }),
      { numRuns: 1000 },
    );
    harness.sent.length = 0;
    harness.network(request('OPTIONS', { callId: 'alive' }));
    expect(harness.take(/^SIP\/2.0 200[\s\S]*alive/)).toHaveLength(1);
    harness.advance(1_000_000);
    expect(harness.server.counters()).toMatchObject({ 'open-transactions': 0, 'open-dialogs': 0, 'open-deadlines': 0 });
  });
});

describe('bounds', () => {
  it('new requests beyond the transactions that are held get a stateless 503', () => {
    const harness = new ServerHarness({ limits: { transactionsMax: 2 } });
    harness.app();
    for (const callId of ['a', 'b', 'c']) harness.network(request('INVITE', { callId }));
    expect(headerOf(harness.takeOne(/^SIP\/2.0 503/).text, 'Call-ID')).toBe('c');
    harness.advance(1000);
    expect(harness.take(/^SIP\/2.0 503/)).toEqual([]);
    expect(harness.server.counters()).toMatchObject({ 'open-transactions': 2, 'refused-full': 1 });
  });

  it('calls beyond the dialogs that are held too', () => {
    const harness = new ServerHarness({ limits: { dialogsMax: 1 } });
    const app = harness.app();
    harness.network(request('INVITE', { callId: 'a' }));
    app.say(`sip|${app.last(/^INVITE/).fields[8]}|`, ['SIP/2.0 200 OK'], SDP);
    harness.network(request('INVITE', { callId: 'b' }));
    expect(harness.take(/^SIP\/2.0 503/)).toHaveLength(1);
    harness.network(request('OPTIONS', { callId: 'c' }));
    expect(harness.take(/^SIP\/2.0 200[\s\S]*CSeq: 1 OPTIONS/)).toHaveLength(1);
  });

  const OPTIONS = [
    'OPTIONS sip:bot@192.0.2.1 SIP/2.0',
    'Via: SIP/2.0/TCP 192.0.2.9:7000;branch=z9hG4bKo1',
    'Max-Forwards: 70',
    'From: <sip:a@192.0.2.9>;tag=a',
    'To: <sip:bot@192.0.2.1>',
    'Call-ID: o1',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  const open = (harness: ServerHarness, connection: number, address = '192.0.2.9') =>
    harness.feed({ kind: 'stream-opened', connection, listener: 1, address, port: 7000 + connection });
  const say = (harness: ServerHarness, connection: number, text: string) =>
    harness.feed({ kind: 'stream-data', connection, bytes: new TextEncoder().encode(text) });
  const closed = (harness: ServerHarness) =>
    harness.actions.flatMap((action) => (action.kind === 'close-stream' ? [action.connection] : []));

  it('streams: so many, not silent at first, not idle for ever', () => {
    const harness = new ServerHarness({ limits: { streamConnectionsMax: 2 } });
    for (const connection of [1, 2, 3]) open(harness, connection);
    expect(closed(harness)).toEqual([3]);
    say(harness, 1, OPTIONS);
    // Line ends are no message: they keep no stranger's connection open.
    for (let second = 0; second < 10; second += 1) {
      say(harness, 2, '\r\n\r\n');
      harness.advance(1_000);
    }
    expect(closed(harness)).toEqual([3, 2]);
    harness.advance(889_000);
    expect(closed(harness)).toEqual([3, 2]);
    harness.advance(1_000);
    expect(closed(harness)).toEqual([3, 2, 1]);
  });

  it('streams: no message that never ends, whether a byte of it comes now and then or not', () => {
    const harness = new ServerHarness();
    for (const connection of [1, 2]) {
      open(harness, connection);
      say(harness, connection, OPTIONS);
      say(harness, connection, 'INVITE');
    }
    for (let second = 0; second < 30; second += 1) {
      expect(closed(harness)).toEqual([]);
      say(harness, 2, ' ');
      harness.advance(1_000);
    }
    expect(closed(harness).toSorted((a, b) => a - b)).toEqual([1, 2]);
  });

  it('streams: so many of one address, which a trusted one is not bound to', () => {
    const harness = new ServerHarness({ limits: { streamsPerAddress: 2 } });
    for (const connection of [1, 2, 3]) open(harness, connection);
    for (const connection of [4, 5, 6]) open(harness, connection, TRUSTED);
    open(harness, 7, '192.0.2.10');
    expect(closed(harness)).toEqual([3]);
    harness.feed({ kind: 'stream-closed', connection: 1 });
    open(harness, 8);
    expect(closed(harness)).toEqual([3]);
  });
});

describe('streams', () => {
  const send = (harness: ServerHarness, text: string | readonly string[]) =>
    harness.feed({
      kind: 'stream-data',
      connection: 1,
      bytes: new TextEncoder().encode(typeof text === 'string' ? text : text.join('\r\n')),
    });
  const viaTcp = (lines: readonly string[]) => lines.map((line) => line.replace('SIP/2.0/UDP', 'SIP/2.0/TCP'));

  it('carry whole calls; requests of ours go back on the connection, and Contact says so', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    harness.feed({ kind: 'stream-opened', connection: 1, listener: 1, address: '192.0.2.9', port: 40_000 });
    send(harness, viaTcp(request('INVITE', { body: SDP })));
    expect(app.last(/^INVITE/).fields.slice(4, 7)).toEqual(['tcp', '192.0.2.9', '40000']);
    const echo = app.reply(app.say(`sip|${app.last(/^INVITE/).fields[8]}|`, ['SIP/2.0 200 OK'], SDP));
    const ok = harness.takeOne(/^SIP\/2.0 200/);
    expect(ok.to).toBe('tcp 1');
    expect(headerOf(ok.text, 'Contact')).toBe('<sip:192.0.2.1:5060;transport=tcp>');
    send(harness, viaTcp(request('ACK', { to: headerOf(echo.sip, 'To') })));
    app.say(`sip||${echo.fields[11]}`, ['BYE sip:placeholder SIP/2.0']);
    const bye = harness.takeOne(/^BYE/);
    expect(bye.to).toBe('tcp 1');
    expect(headerOf(bye.text, 'Via')).toMatch(/^SIP\/2\.0\/TCP/);
  });

  it('are opened again, at the address of the Contact, when they have closed', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    harness.feed({ kind: 'stream-opened', connection: 1, listener: 1, address: '192.0.2.9', port: 40_000 });
    send(harness, viaTcp(request('INVITE', { body: SDP, contact: '<sip:peer@192.0.2.9:5099;transport=tcp>' })));
    const echo = app.reply(app.say(`sip|${app.last(/^INVITE/).fields[8]}|`, ['SIP/2.0 200 OK'], SDP));
    send(harness, viaTcp(request('ACK', { to: headerOf(echo.sip, 'To') })));
    harness.feed({ kind: 'stream-closed', connection: 1 });
    app.say(`sip||${echo.fields[11]}`, ['BYE sip:placeholder SIP/2.0']);
    expect(harness.actions).toContainEqual({ kind: 'open-stream', connection: -1, transport: 'tcp', address: '192.0.2.9', port: 5099 });
    expect(harness.takeOne(/^BYE/).to).toBe('tcp -1');
  });

  it('close when the next message cannot be found; a ping gets its pong', () => {
    const harness = new ServerHarness();
    harness.feed({ kind: 'stream-opened', connection: 1, listener: 1, address: '192.0.2.9', port: 40_000 });
    send(harness, '\r\n\r\n');
    expect(harness.take(/^\r\n$/)).toHaveLength(1);
    send(harness, 'OPTIONS sip:a SIP/2.0\r\nContent-Length: x\r\n\r\n');
    expect(harness.actions.at(-1)).toEqual({ kind: 'close-stream', connection: 1 });
  });
});

describe('keep-alive datagrams', () => {
  it('get two bytes for a double line end and nothing for others', () => {
    const harness = new ServerHarness();
    for (const text of ['\r\n\r\n', '\r\n', '\u0000\u0000\u0000\u0000', '']) harness.network(text);
    expect(harness.sent.map((sent) => sent.text)).toEqual(['\r\n']);
  });
});

describe('addresses', () => {
  it.each([
    ['udp 127.0.0.1:5062', '<sip:127.0.0.1:5060>'],
    ['udp 10.0.0.99:5062', '<sip:10.0.0.7:5060>'],
    ['udp 198.51.100.99:5062', '<sip:198.51.100.7:5060>'],
    ['udp 8.8.8.8:5062', '<sip:198.51.100.7:5060>'],
  ])('a listener on all interfaces names the one that faces %s', (from, contact) => {
    const harness = new ServerHarness({ listenAddress: '0.0.0.0' });
    const app = harness.app();
    harness.network(request('INVITE'), from);
    app.say(`sip|${app.last(/^INVITE/).fields[8]}|`, ['SIP/2.0 200 OK'], SDP);
    expect(headerOf(harness.takeOne(/^SIP\/2.0 200/).text, 'Contact')).toBe(contact);
  });
});
