import { describe, expect, it } from 'vitest';
import { answerTo, headerOf, request, SDP, SECRET, type Sent, ServerHarness } from '../testing/server-harness.ts';

describe('the control connection', () => {
  it('handles no frame before authentication, and closes after one', () => {
    for (const command of ['ping', 'route|invite', 'sip||', 'remove_route|invite', 'proxy|x']) {
      const harness = new ServerHarness();
      const app = harness.app({ authenticates: false, routes: [] });
      const id = app.say(command, command === 'sip||' ? ['OPTIONS sip:192.0.2.9 SIP/2.0'] : undefined);
      expect(app.reply(id).fields.slice(3)).toEqual(['NO', 'not authenticated']);
      expect(app.isClosed).toBe(true);
      app.say(`authenticate|${SECRET}|`);
      expect(app.frames).toHaveLength(1);
      harness.network(request('INVITE'));
      expect(app.heard).toEqual([]);
      expect(harness.take(/^OPTIONS/)).toEqual([]);
    }
  });

  it.each(['', 'wrong', `${SECRET}x`, SECRET.slice(1), SECRET.toUpperCase()])('refuses the secret %j', (secret) => {
    const app = new ServerHarness().app({ authenticates: false, routes: [] });
    expect(app.reply(app.say(`authenticate|${secret}|`)).fields.slice(3)).toEqual(['NO', 'incorrect secret']);
    expect(app.isClosed).toBe(true);
  });

  it('closes one that does not authenticate within five seconds, and leaves alone one that did', () => {
    const harness = new ServerHarness();
    const silent = harness.app({ authenticates: false, routes: [] });
    const known = harness.app();
    harness.advance(4999);
    expect(silent.isClosed).toBe(false);
    harness.advance(1);
    expect([silent.isClosed, known.isClosed]).toEqual([true, false]);
  });

  it('tells who authenticated where we are and which version this is', () => {
    const app = new ServerHarness({ externalAddress: '203.0.113.5' }).app({ authenticates: false, routes: [] });
    expect(app.reply(app.say(`authenticate|${SECRET}|tag`)).fields.slice(3)).toEqual([
      'OK',
      'udp/203.0.113.5:5060,tcp/203.0.113.5:5060',
      'v0.9.10',
      'udp/192.0.2.1:5060,tcp/192.0.2.1:5060',
    ]);
    expect(app.reply(app.say('ping')).fields.slice(3)).toEqual(['OK', 'pong']);
  });

  it('takes routes twice and back, and refuses what it does not support', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    expect(app.reply(app.say('route|invite')).fields[3]).toBe('OK');
    expect(app.reply(app.say('route|cdr:start')).fields.slice(3)).toEqual(['NO', 'not supported']);
    expect(app.reply(app.say('proxy|t|x', ['INVITE sip:a SIP/2.0'])).fields.slice(3)).toEqual(['NO', 'not supported']);
    expect(app.reply(app.say('sip||', ['garbage'])).fields.slice(3)).toEqual(['NO', 'invalid sip message']);
    app.say('remove_route|invite');
    harness.network(request('INVITE'));
    expect(app.heard).toEqual([]);
    expect(app.isClosed).toBe(false);
  });

  it('counts frames in bytes, cut anywhere, and closes on a length that is none', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    const payload =
      'x1|sip||\r\nMESSAGE sip:192.0.2.9 SIP/2.0\r\nContent-Type: text/plain\r\nSubject: ☎é\r\nContent-Length: 1\r\n\r\nzoë ☎';
    const frame = new TextEncoder().encode(`${new TextEncoder().encode(payload).length}#${payload}`);
    for (const byte of frame) harness.feed({ kind: 'control-data', client: app.id, bytes: new Uint8Array([byte]) });
    const sent = harness.takeOne(/^MESSAGE/);
    expect(headerOf(sent.text, 'Content-Length')).toBe('8');
    expect(sent.text).toContain('Subject: ☎é\r\n');
    app.raw('12x#hello');
    expect(app.isClosed).toBe(true);
  });

  it('takes a frame of 100 kB', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    const id = app.say('sip||', ['MESSAGE sip:192.0.2.9 SIP/2.0', 'Content-Type: text/plain'], 'y'.repeat(100_000));
    expect(app.reply(id).fields[4]).toMatch(/too large/);
    expect(app.reply(app.say('ping')).fields[3]).toBe('OK');
  });

  it('may be there only so often', () => {
    const harness = new ServerHarness({ limits: { controlConnectionsMax: 2 } });
    const apps = [harness.app(), harness.app(), harness.app({ authenticates: false, routes: [] })];
    expect(apps.map((app) => app.isClosed)).toEqual([false, false, true]);
  });
});

describe('an application that goes away', () => {
  it('takes its calls with it, and nobody else does', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    const other = harness.app({ routes: [] });
    harness.network(request('INVITE', { callId: 'talking', body: SDP }));
    const echo = app.reply(app.say(`sip|${app.last(/^INVITE/).fields[8]}|`, ['SIP/2.0 200 OK'], SDP));
    harness.network(request('ACK', { callId: 'talking', to: headerOf(echo.sip, 'To') }));
    harness.network(request('INVITE', { callId: 'ringing', body: SDP }));
    app.say('sip||', ['INVITE sip:192.0.2.9:5062 SIP/2.0'], SDP);
    const ours = harness.sent.at(-1) as Sent;
    harness.network(answerTo(ours, '180 Ringing'));
    harness.sent.length = 0;
    expect(other.reply(other.say(`sip||${echo.fields[11]}`, ['BYE sip:placeholder SIP/2.0'])).fields[4]).toMatch(/unable to find dialog/);
    app.close();
    expect(harness.sent.map((sent) => sent.text.split('\r\n')[0])).toEqual([
      'SIP/2.0 503 Service Unavailable',
      'BYE sip:peer@192.0.2.9:5062 SIP/2.0',
      'CANCEL sip:192.0.2.9:5062 SIP/2.0',
    ]);
    harness.network(answerTo(ours, '200 OK', { extra: ['Contact: <sip:friend@192.0.2.9:5062>'], body: SDP }));
    expect(harness.take(/^(?:ACK|BYE) sip:friend/).map((sent) => sent.text.split(' ')[0])).toEqual(['ACK', 'BYE']);
    harness.network(request('INVITE', { callId: 'later' }));
    expect(harness.take(/^SIP\/2.0 503/)).not.toEqual([]);
    harness.advance(100_000);
    expect(harness.server.counters()).toMatchObject({ 'open-transactions': 0, 'open-dialogs': 0, 'open-deadlines': 0, 'open-controls': 1 });
  });
});
