import { describe, expect, it } from 'vitest';
import type { ServerAction } from '../core/types.ts';
import { answerTo, headerOf, request, SDP, ServerHarness, type TestApp } from '../testing/server-harness.ts';

const bytes = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\r\n'));
const LARGE = `X-Large: ${'x'.repeat(1_300)}`;

function send(app: TestApp, uri: string, headers: readonly string[] = [], method = 'OPTIONS'): string {
  return app.say('sip||', [`${method} ${uri} SIP/2.0`, ...headers]);
}

function opened(harness: ServerHarness): readonly (ServerAction & { kind: 'open-stream' })[] {
  return harness.actions.filter((action) => action.kind === 'open-stream');
}

describe('a request that is too large for a datagram (RFC 3261 section 18.1.1)', () => {
  function large(uri: string) {
    const harness = new ServerHarness();
    const app = harness.app();
    const id = send(app, uri, [LARGE]);
    return { harness, app, id };
  }

  it('goes by TCP, and says so in Via and to the application', () => {
    const { harness, app, id } = large('sip:a@192.0.2.50');
    expect(opened(harness)).toEqual([{ kind: 'open-stream', connection: -1, transport: 'tcp', address: '192.0.2.50', port: 5060 }]);
    const sent = harness.takeOne(/^OPTIONS/);
    expect([sent.to, headerOf(sent.text, 'Via')]).toEqual(['tcp -1', expect.stringMatching(/^SIP\/2.0\/TCP 192.0.2.1:5060;/)]);
    expect(app.reply(id).fields[6]).toBe('tcp');
    harness.feed({ kind: 'stream-data', connection: -1, bytes: bytes(answerTo(sent, '200 OK')) });
    expect(app.heard).toEqual(['SIP/2.0 200 OK']);
  });

  it('goes by UDP with the same branch where the peer takes no TCP, and is repeated there', () => {
    const { harness, app } = large('sip:a@192.0.2.50:5070');
    const first = harness.takeOne(/^OPTIONS/);
    harness.feed({ kind: 'stream-closed', connection: -1 });
    const second = harness.takeOne(/^OPTIONS/);
    const branchOf = (text: string) => /branch=([^;]+)/.exec(headerOf(text, 'Via'))?.[1];
    expect([second.to, headerOf(second.text, 'Via')]).toEqual(['udp 192.0.2.50:5070', expect.stringContaining('SIP/2.0/UDP')]);
    expect(branchOf(second.text)).toBe(branchOf(first.text));
    harness.advance(600);
    expect(harness.take(/^OPTIONS/)).toHaveLength(1);
    harness.network(answerTo(second, '200 OK'));
    expect(app.heard).toEqual(['SIP/2.0 200 OK']);
    harness.advance(60_000);
    expect(harness.server.counters()).toMatchObject({ 'open-transactions': 0, 'fell-back-to-udp': 1 });
  });

  it('falls back once: silence there is 408', () => {
    const { harness, app } = large('sip:a@192.0.2.50');
    harness.feed({ kind: 'stream-closed', connection: -1 });
    harness.advance(33_000);
    expect(app.heard).toEqual(['SIP/2.0 408 Request Timeout']);
  });

  it('that the peer had begun to answer is not sent again', () => {
    const { harness, app } = large('sip:a@192.0.2.50');
    harness.feed({ kind: 'stream-data', connection: -1, bytes: bytes(answerTo(harness.takeOne(/^OPTIONS/), '180 Ringing')) });
    harness.feed({ kind: 'stream-closed', connection: -1 });
    expect(harness.take(/^OPTIONS/)).toEqual([]);
    expect(app.heard.at(-1)).toBe('SIP/2.0 503 Service Unavailable');
  });

  it('stays on UDP where the URI asks for it, and small ones do anyway', () => {
    for (const [uri, headers] of [
      ['sip:a@192.0.2.50;transport=udp', [LARGE]],
      ['sip:a@192.0.2.50', []],
    ] as const) {
      const harness = new ServerHarness();
      send(harness.app(), uri, headers);
      expect(harness.takeOne(/^OPTIONS/).to).toBe('udp 192.0.2.50:5060');
    }
  });

  it('stays on UDP towards a telephone behind NAT, which no TCP reaches', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    harness.network(request('INVITE', { body: SDP, contact: '<sip:peer@10.0.0.5:5060>' }));
    const transactionId = app.last(/^INVITE/).fields[8] as string;
    const echo = app.reply(app.say(`sip|${transactionId}|`, ['SIP/2.0 200 OK'], SDP));
    harness.network(request('ACK', { to: headerOf(echo.sip, 'To') }));
    app.say(`sip||${echo.fields[11] as string}`, ['INFO sip:placeholder SIP/2.0', LARGE]);
    expect(harness.takeOne(/^INFO/).to).toBe('udp 192.0.2.9:5062');
    expect(opened(harness)).toEqual([]);
  });
});

describe('where a URI leads', () => {
  it.each([
    ['sip:a@192.0.2.50;transport=tls', { transport: 'tls', port: 5061 }],
    ['sip:a@192.0.2.50:5099;transport=TLS', { transport: 'tls', port: 5099 }],
    ['sips:a@192.0.2.50', { transport: 'tls', port: 5061 }],
    ['sips:a@192.0.2.50;transport=tcp', { transport: 'tls', port: 5061 }],
  ])('%s', (uri, expected) => {
    const harness = new ServerHarness({ others: true });
    send(harness.app(), uri);
    expect(opened(harness)).toMatchObject([expected]);
    expect(headerOf(harness.takeOne(/^OPTIONS/).text, 'Via')).toContain('SIP/2.0/TLS 192.0.2.1:5061');
  });

  it('a name has to be in the certificate, not the address that it is resolved to', () => {
    const harness = new ServerHarness({ others: true });
    send(harness.app(), 'sips:a@pbx.example');
    const query = harness.actions.find((action) => action.kind === 'resolve');
    harness.feed({ kind: 'resolved', query: query?.query ?? '', address: '192.0.2.77' });
    expect(opened(harness)).toMatchObject([{ transport: 'tls', address: '192.0.2.77', serverName: 'pbx.example' }]);
  });

  it.each([
    'sips:a@192.0.2.50;transport=udp',
    'sip:a@192.0.2.50;transport=ws',
    'sips:a@x.invalid;transport=ws',
    'sip:a@192.0.2.50;transport=sctp',
  ])('%s leads nowhere', (uri) => {
    const harness = new ServerHarness({ others: true });
    const app = harness.app();
    expect(app.reply(send(app, uri)).fields.slice(3)).toEqual(['NOK', 'requested protocol/transport not available']);
  });

  it('nothing leads to TLS where there is no listener for it', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    expect(app.reply(send(app, 'sips:a@192.0.2.50')).fields[3]).toBe('NOK');
  });
});

describe('connections that peers opened', () => {
  const LISTENERS = { tls: 2, ws: 3, wss: 4 } as const;

  it.each(Object.keys(LISTENERS) as (keyof typeof LISTENERS)[])(
    'answers over %s go back on the connection, and go nowhere once it is closed',
    (transport) => {
      const harness = new ServerHarness({ others: true });
      const app = harness.app();
      harness.feed({ kind: 'stream-opened', connection: 7, listener: LISTENERS[transport], address: '192.0.2.9', port: 40_000 });
      harness.feed({ kind: 'stream-data', connection: 7, bytes: bytes(request('INVITE', { body: SDP })) });
      expect(harness.takeOne(/^SIP\/2.0 100/).to).toBe('tcp 7');
      expect(app.last(/^INVITE/).fields[4]).toBe(transport);
      harness.feed({ kind: 'stream-closed', connection: 7 });
      app.say(`sip|${app.last(/^INVITE/).fields[8] as string}|`, ['SIP/2.0 486 Busy Here']);
      // Section 18.2.2: to where its Via says it listens; a browser listens nowhere, and the shell says so.
      expect(opened(harness)).toMatchObject([{ transport, address: '192.0.2.9', port: 5062 }]);
    },
  );

  it('stay while a call lives on them, however quiet it is, and no longer', () => {
    const harness = new ServerHarness({ others: true });
    const app = harness.app();
    const closed = () => harness.actions.filter((action) => action.kind === 'close-stream').map(({ connection }) => connection);
    for (const connection of [7, 8]) {
      harness.feed({ kind: 'stream-opened', connection, listener: 2, address: '192.0.2.9', port: 40_000 + connection });
      harness.feed({
        kind: 'stream-data',
        connection,
        bytes: bytes(request(connection === 7 ? 'INVITE' : 'OPTIONS', { callId: `c${connection}` })),
      });
    }
    const echo = app.reply(app.say(`sip|${app.last(/^INVITE/).fields[8] as string}|`, ['SIP/2.0 200 OK'], SDP));
    const to = headerOf(echo.sip, 'To');
    harness.feed({ kind: 'stream-data', connection: 7, bytes: bytes(request('ACK', { to, callId: 'c7' })) });
    harness.advance(3 * 900_000);
    expect(closed()).toEqual([8]);
    harness.feed({ kind: 'stream-data', connection: 7, bytes: bytes(request('BYE', { to, callId: 'c7', cseq: 2 })) });
    harness.advance(901_000);
    expect(closed()).toEqual([8, 7]);
  });

  it('of one peer by different transports are different connections', () => {
    const harness = new ServerHarness({ others: true });
    harness.feed({ kind: 'stream-opened', connection: 1, listener: 1, address: '192.0.2.50', port: 5061 });
    send(harness.app(), 'sip:a@192.0.2.50;transport=tls');
    expect(opened(harness)).toMatchObject([{ transport: 'tls', address: '192.0.2.50', port: 5061 }]);
  });

  it('by TCP are used again by requests to the same place (RFC 5923)', () => {
    const harness = new ServerHarness({ others: true });
    harness.feed({ kind: 'stream-opened', connection: 5, listener: 1, address: '192.0.2.50', port: 5060 });
    send(harness.app(), 'sip:a@192.0.2.50;transport=tcp');
    expect([harness.takeOne(/^OPTIONS/).to, opened(harness)]).toEqual(['tcp 5', []]);
  });

  it('by TLS are not: whoever connected from the port of a registrar was sent our REGISTER, without any certificate', () => {
    const harness = new ServerHarness({ others: true });
    const app = harness.app();
    harness.feed({ kind: 'stream-opened', connection: 5, listener: 2, address: '192.0.2.50', port: 5061 });
    send(app, 'sips:a@192.0.2.50', [], 'REGISTER');
    expect(harness.takeOne(/^REGISTER/).to).toBe('tcp -1');
    // Nor once one of ours is there, whichever came later, and after it has closed.
    harness.feed({ kind: 'stream-opened', connection: 6, listener: 2, address: '192.0.2.50', port: 5061 });
    send(app, 'sip:a@192.0.2.50;transport=tls', [], 'REGISTER');
    expect(harness.takeOne(/^REGISTER/).to).toBe('tcp -1');
    harness.feed({ kind: 'stream-closed', connection: -1 });
    send(app, 'sips:a@192.0.2.50', [], 'REGISTER');
    expect(harness.takeOne(/^REGISTER/).to).toBe('tcp -2');
    named(harness, app, 'sips:a@pbx.example', '192.0.2.50');
    expect(opened(harness).map(({ serverName }) => serverName)).toEqual([undefined, undefined, 'pbx.example']);
  });

  it('by WSS are not found by their address either', () => {
    const harness = new ServerHarness({ others: true });
    const app = harness.app();
    harness.feed({ kind: 'stream-opened', connection: 5, listener: 4, address: '192.0.2.50', port: 443 });
    expect(app.reply(send(app, 'sips:a@192.0.2.50:443;transport=ws')).fields[3]).toBe('NOK');
  });

  it('by TLS are used by what names them: a BYE goes down the connection of its call', () => {
    const harness = new ServerHarness({ others: true });
    const app = harness.app();
    harness.feed({ kind: 'stream-opened', connection: 7, listener: 2, address: '192.0.2.9', port: 5061 });
    const contact = '<sip:peer@192.0.2.9:5061;transport=tls>';
    harness.feed({ kind: 'stream-data', connection: 7, bytes: bytes(request('INVITE', { body: SDP, contact })) });
    const echo = app.reply(app.say(`sip|${app.last(/^INVITE/).fields[8] as string}|`, ['SIP/2.0 200 OK'], SDP));
    harness.feed({ kind: 'stream-data', connection: 7, bytes: bytes(request('ACK', { to: headerOf(echo.sip, 'To'), contact })) });
    app.say(`sip||${echo.fields[11] as string}`, ['BYE sip:placeholder SIP/2.0']);
    expect([harness.takeOne(/^BYE/).to, opened(harness)]).toEqual(['tcp 7', []]);
  });
});

describe('connections that we opened by TLS', () => {
  it('are used again for the name that their certificate was checked for, and for no other at that address', () => {
    const harness = new ServerHarness({ others: true });
    const app = harness.app();
    const uses = ['sips:a@one.example', 'sips:a@ONE.example', 'sips:a@two.example'].map((uri) => named(harness, app, uri, '192.0.2.77'));
    send(app, 'sips:a@192.0.2.77');
    expect([...uses, harness.takeOne(/^OPTIONS/).to]).toEqual(['tcp -1', 'tcp -1', 'tcp -2', 'tcp -3']);
    expect(opened(harness).map(({ serverName }) => serverName)).toEqual(['one.example', 'two.example', undefined]);
  });
});

/** Where a request to a name goes that is resolved to `address`. */
function named(harness: ServerHarness, app: TestApp, uri: string, address: string): string {
  send(app, uri);
  const query = harness.actions.findLast((action) => action.kind === 'resolve');
  harness.feed({ kind: 'resolved', query: query?.query ?? '', address });
  return harness.takeOne(/^OPTIONS/).to;
}
