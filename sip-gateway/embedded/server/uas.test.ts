import { describe, expect, it } from 'vitest';
import { headerOf, hasHeader, request, SDP, ServerHarness } from '../testing/server-harness.ts';
import { invited, respond, talking } from '../testing/uas-call.ts';

describe('a new INVITE', () => {
  it('gets 100 at once without a tag, and reaches one application with everything it is read by', () => {
    const { harness, app } = invited();
    const trying = harness.takeOne(/^SIP\/2.0 100/);
    expect(headerOf(trying.text, 'To')).not.toContain('tag=');
    expect(headerOf(trying.text, 'Via')).toBe('SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bKinvite;rport=5062;received=192.0.2.9');
    const { fields, sip } = app.last(/^INVITE/);
    expect(fields.slice(1, 7)).toEqual(['sip', 'network', expect.stringMatching(/^\d+$/), 'udp', '192.0.2.9', '5062']);
    expect(fields[7]).toMatch(/^\d\d:\d\d:\d\d\.\d{6}$/);
    expect(fields.slice(9)).toEqual(['', '192.0.2.1', '5060', '']);
    expect(sip).toContain(`\r\n\r\n${SDP}`);
  });

  it('is absorbed when it is repeated, and goes round the applications', () => {
    const harness = new ServerHarness();
    const apps = [harness.app(), harness.app()];
    for (const callId of ['a', 'a', 'b', 'c']) harness.network(request('INVITE', { callId, branch: `z9hG4bK${callId}` }));
    expect(apps.map((app) => app.heard.length)).toEqual([2, 1]);
    expect(harness.take(/^SIP\/2.0 100/)).toHaveLength(4);
  });

  it('by two ways at once (merged) is answered 482 on the second', () => {
    const { harness, app } = invited();
    harness.network(request('INVITE', { branch: 'z9hG4bKother', body: SDP }));
    expect(harness.take(/^SIP\/2.0 482/)).toHaveLength(1);
    expect(app.heard).toHaveLength(1);
  });

  it('without an application gets 503 with Retry-After, repeated until its ACK', () => {
    const harness = new ServerHarness();
    harness.network(request('INVITE', { branch: 'z9hG4bKx' }));
    const refused = harness.takeOne(/^SIP\/2.0 503/);
    expect(headerOf(refused.text, 'Retry-After')).toBe('5');
    harness.advance(600);
    expect(harness.take(/^SIP\/2.0 503/)).toHaveLength(1);
    harness.network(request('ACK', { branch: 'z9hG4bKx', to: headerOf(refused.text, 'To') }));
    harness.advance(60_000);
    expect(harness.sent).toEqual([]);
    expect(harness.server.counters()).toMatchObject({ 'open-transactions': 0, 'open-deadlines': 0 });
  });

  it('that was refused is acknowledged by its ACK even with a wrong branch, but not with a wrong tag', () => {
    const { harness, app, transactionId } = invited();
    const refused = app.reply(respond(app, transactionId, '486 Busy Here'));
    harness.network(request('ACK', { to: '<sip:bot@192.0.2.1>;tag=other' }));
    harness.advance(500);
    expect(harness.take(/^SIP\/2.0 486/)).toHaveLength(2);
    harness.network(request('ACK', { to: headerOf(refused.sip, 'To') }));
    harness.advance(60_000);
    expect(harness.take(/^SIP\/2.0 486/)).toEqual([]);
  });

  it('that the application never answers gets 480 after 64 s, one that only rings after five minutes', () => {
    const silent = invited();
    silent.harness.advance(63_999);
    expect(silent.harness.take(/^SIP\/2.0 [2-6]/)).toEqual([]);
    silent.harness.advance(1);
    expect(silent.harness.take(/^SIP\/2.0 480/)).toHaveLength(1);
    expect(silent.app.reply(respond(silent.app, silent.transactionId, '200 OK')).fields.slice(3)).toEqual([
      'NOK',
      'Response not sent due to unknown transaction',
    ]);
    const ringing = invited();
    respond(ringing.app, ringing.transactionId, '180 Ringing');
    ringing.harness.advance(299_999);
    expect(ringing.harness.take(/^SIP\/2.0 480/)).toEqual([]);
    ringing.harness.advance(1);
    expect(ringing.harness.take(/^SIP\/2.0 480/)).toHaveLength(1);
    expect(ringing.harness.server.counters()['open-dialogs']).toBe(0);
  });

  it.each([
    ['without Contact', { contact: '' }, 400],
    ['without From tag', { fromTag: '' }, 400],
    ['for a scheme that we do not know', { uri: 'isbn:123' }, 416],
    ['that requires what we do not have', { extra: ['Require: 100rel, teleport'] }, 420],
    ['with a To tag of no dialog', { to: '<sip:bot@h>;tag=gone' }, 481],
    ['with two From headers', { extra: ['From: <sip:b@c>;tag=2'] }, 400],
  ] as const)('%s is refused and does not reach the application', (_name, parts, status) => {
    const harness = new ServerHarness();
    const app = harness.app();
    harness.network(request('INVITE', parts));
    expect(harness.take(new RegExp(`^SIP/2.0 ${status}`))).toHaveLength(1);
    expect(app.heard).toEqual([]);
    harness.advance(5000);
    // What is malformed is answered once and not kept; other refusals wait for their ACK.
    expect(harness.sent.length > 0).toBe(status !== 400);
  });
});

describe('answers of the application', () => {
  it('get what belongs to the transaction, one To tag, and an echo with the dialog', () => {
    const { harness, app, transactionId } = invited({ extra: ['Record-Route: <sip:p1;lr>, <sip:p2;lr>'] });
    const ringing = app.reply(
      respond(app, transactionId, '180 Ringing', ['x-custom: a', 'p-custom: b', 'no colon', 'Via: evil', 'RSeq: 3']),
    );
    const wire = harness.takeOne(/^SIP\/2.0 180/);
    expect(wire.text).toBe(ringing.sip);
    expect(ringing.fields.slice(3, 5)).toEqual(['OK', 'application']);
    expect(ringing.fields.slice(10, 14)).toEqual([transactionId, 'call1@peer;from-tag=peertag', '', 'Msg sent:']);
    expect(wire.text).toContain('\r\nx-custom: a\r\nP-Custom: b\r\n');
    expect(['Contact', 'RSeq'].map((name) => hasHeader(wire.text, name))).toEqual([false, false]);
    expect(wire.text).not.toContain('evil');
    expect(headerOf(wire.text, 'Record-Route')).toBe('<sip:p1;lr>, <sip:p2;lr>');
    respond(app, transactionId, '200 OK', ['x-name: ☎'], `${SDP}a=é\r\n`);
    const ok = harness.takeOne(/^SIP\/2.0 200/);
    expect(headerOf(ok.text, 'To')).toBe(headerOf(wire.text, 'To'));
    expect(headerOf(ok.text, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(headerOf(ok.text, 'Content-Type')).toBe('application/sdp');
    expect(headerOf(ok.text, 'Content-Length')).toBe(String(SDP.length + 6));
    expect(headerOf(ok.text, 'Call-ID')).toBe('call1@peer');
  });

  it('may bring their own tag with the first, and localhost means us', () => {
    const { harness, app, transactionId } = invited({}, new ServerHarness({ externalAddress: '203.0.113.5' }));
    respond(
      app,
      transactionId,
      '200 OK',
      [
        'to: <sip:bot@192.0.2.1>;tag=mine',
        'contact: <sip:bot@localhost>',
        'p-asserted-identity: "B" <sip:b@localhost>, <sip:localhost>',
        'X-Other: sip:a@localhost',
      ],
      SDP,
    );
    const ok = harness.takeOne(/^SIP\/2.0 200/);
    expect(headerOf(ok.text, 'To')).toBe('<sip:bot@192.0.2.1>;tag=mine');
    expect(headerOf(ok.text, 'Contact')).toBe('<sip:bot@203.0.113.5:5060>');
    expect(headerOf(ok.text, 'P-Asserted-Identity')).toBe('"B" <sip:b@203.0.113.5:5060>, <sip:203.0.113.5:5060>');
    expect(headerOf(ok.text, 'X-Other')).toBe('sip:a@localhost');
  });

  it('are final once: what follows is refused, nothing more is sent', () => {
    const { harness, app, transactionId } = invited();
    respond(app, transactionId, '486 Busy Here');
    expect(app.reply(respond(app, transactionId, '200 OK')).fields.slice(3)).toEqual([
      'NOK',
      'Response not sent due to unknown transaction',
    ]);
    expect(harness.take(/^SIP\/2.0 [2-6]/).map((sent) => sent.text.slice(8, 11))).toEqual(['486']);
    expect(harness.server.counters()['open-dialogs']).toBe(0);
  });

  it('without a transaction end the connection; those of another application are refused', () => {
    const { harness, app, transactionId } = invited();
    const other = harness.app();
    expect(other.reply(respond(other, transactionId, '200 OK')).fields[3]).toBe('NOK');
    expect(app.reply(respond(app, '', '200 OK')).fields.slice(3)).toEqual(['NO', 'transaction id missing']);
    expect(app.isClosed).toBe(true);
  });

  it('to a body that nobody named are refused', () => {
    const { app, transactionId } = invited();
    expect(app.reply(respond(app, transactionId, '200 OK', [], 'hello')).fields.slice(3)).toEqual(['NOK', 'missing content-type']);
  });
});

describe('a 200 to INVITE', () => {
  it('is repeated until its ACK, which the application gets once with the transaction of the INVITE', () => {
    const { harness, app, transactionId } = invited();
    const startMs = harness.nowMs;
    const echo = app.reply(respond(app, transactionId, '200 OK', [], SDP));
    harness.advance(8000);
    expect(harness.take(/^SIP\/2.0 200/).map((sent) => sent.atMs - startMs)).toEqual([0, 500, 1500, 3500, 7500]);
    const ack = request('ACK', { to: headerOf(echo.sip, 'To') });
    harness.network(ack);
    harness.network(ack);
    const heard = app.frames.filter((frame) => frame.sip.startsWith('ACK'));
    expect(heard.map((frame) => frame.fields.slice(8, 11))).toEqual([[transactionId, 'call1@peer;from-tag=peertag', '']]);
    harness.advance(100_000);
    expect(harness.sent.filter((sent) => !sent.text.startsWith('SIP/2.0 100'))).toEqual([]);
    expect(harness.server.counters()).toMatchObject({ 'open-dialogs': 1, 'open-transactions': 0, 'open-deadlines': 0 });
  });

  it('without any ACK for 32 s ends the call by a BYE that the application is told of', () => {
    const { harness, app, transactionId } = invited();
    respond(app, transactionId, '200 OK', [], SDP);
    harness.advance(32_000);
    const bye = harness.takeOne(/^BYE/);
    expect(bye.text.split('\r\n')[0]).toBe('BYE sip:peer@192.0.2.9:5062 SIP/2.0');
    const told = app.last(/^BYE/);
    expect(told.fields.slice(2, 3)).toEqual(['application']);
    expect(told.fields.slice(8, 11)).toEqual(['unsolicited', 'call1@peer;from-tag=peertag', '']);
    expect(headerOf(told.sip, 'Reason')).toBe('SIP;cause=200;text="ACK timeout"');
    harness.advance(40_000);
    expect(harness.server.counters()).toMatchObject({ 'open-dialogs': 0, 'open-transactions': 0, 'open-deadlines': 0 });
  });

  it('is repeated to a re-INVITE too, and its ACK times out the same way', () => {
    const { harness, app, to } = talking();
    harness.network(request('INVITE', { to, cseq: 2, body: SDP }));
    expect(harness.take(/^SIP\/2.0 100/)).toHaveLength(1);
    const again = app.last(/^INVITE/);
    expect(again.fields[9]).toBe('call1@peer;from-tag=peertag');
    respond(app, again.fields[8] as string, '200 OK', [], SDP);
    harness.advance(4000);
    expect(harness.take(/^SIP\/2.0 200/)).toHaveLength(4);
    harness.advance(28_000);
    expect(harness.take(/^BYE/)).toHaveLength(1);
  });
});

describe('CANCEL', () => {
  it('before the first answer: 200 and 487 with one tag, and the application is told', () => {
    const { harness, app, transactionId } = invited();
    harness.network(request('CANCEL', { branch: 'z9hG4bKinvite' }));
    const ok = harness.takeOne(/^SIP\/2.0 200/);
    const terminated = harness.takeOne(/^SIP\/2.0 487/);
    expect(headerOf(ok.text, 'To')).toBe(headerOf(terminated.text, 'To'));
    expect(app.last(/^CANCEL/).fields.slice(8, 11)).toEqual([transactionId, '', '']);
    expect(app.reply(respond(app, transactionId, '200 OK')).fields[3]).toBe('NOK');
    harness.advance(600);
    expect(harness.take(/^SIP\/2.0 487/)).toHaveLength(1);
  });

  it('after a provisional answer names the dialog, which is gone then', () => {
    const { harness, app, transactionId } = invited();
    respond(app, transactionId, '180 Ringing');
    harness.network(request('CANCEL', { branch: 'z9hG4bKinvite' }));
    expect(app.last(/^CANCEL/).fields[9]).toBe('call1@peer;from-tag=peertag');
    expect(harness.server.counters()['open-dialogs']).toBe(0);
  });

  it('by BYE, as a caller may while it rings, ends the INVITE the same way', () => {
    const { harness, app, transactionId } = invited();
    const ringing = app.reply(respond(app, transactionId, '180 Ringing'));
    harness.network(request('BYE', { to: headerOf(ringing.sip, 'To'), cseq: 2 }));
    expect(harness.take(/^SIP\/2.0 200[\s\S]*2 BYE/)).toHaveLength(1);
    expect(harness.take(/^SIP\/2.0 487/)).toHaveLength(1);
    const told = app.last(/^CANCEL/);
    expect([told.fields[8], headerOf(told.sip, 'CSeq')]).toEqual([transactionId, '1 CANCEL']);
    expect(app.heard).not.toContain('BYE sip:bot@192.0.2.1 SIP/2.0');
  });

  it('that comes too late changes nothing, one for nothing gets 481', () => {
    const { harness, app, transactionId } = invited();
    respond(app, transactionId, '200 OK', [], SDP);
    harness.network(request('CANCEL', { branch: 'z9hG4bKinvite' }));
    expect(harness.take(/^SIP\/2.0 487/)).toEqual([]);
    expect(app.heard).toEqual(['INVITE sip:bot@192.0.2.1 SIP/2.0']);
    harness.network(request('CANCEL', { branch: 'z9hG4bKunknown' }));
    expect(harness.take(/^SIP\/2.0 481/)).toHaveLength(1);
  });
});
