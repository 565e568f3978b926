import { describe, expect, it } from 'vitest';
import { headerOf, request, SDP, ServerHarness } from '../testing/server-harness.ts';
import { invited, respond, talking } from '../testing/uas-call.ts';

describe('requests in a dialog', () => {
  it('go to its owner with their own transaction, and are answered by it', () => {
    const { harness, app, to, dialogId } = talking();
    harness.app();
    for (const [index, method] of ['INFO', 'OPTIONS', 'MESSAGE', 'UPDATE', 'REFER', 'NOTIFY', 'BYE'].entries()) {
      harness.network(request(method, { to, cseq: 2 + index }));
      const heard = app.last(new RegExp(`^${method}`));
      expect(heard.fields.slice(9, 11)).toEqual([dialogId, '']);
      const echo = app.reply(respond(app, heard.fields[8] as string, '200 OK'));
      expect(echo.fields[11]).toBe(dialogId);
      expect(headerOf(harness.takeOne(/^SIP\/2.0 200/).text, 'CSeq')).toBe(`${2 + index} ${method}`);
    }
    expect(harness.server.counters()['open-dialogs']).toBe(0);
    harness.network(request('INFO', { to, cseq: 20 }));
    expect(harness.take(/^SIP\/2.0 481/)).toHaveLength(1);
  });

  it('out of order get 500; a second INVITE at once too; one that crosses ours 491', () => {
    const { harness, app, to, dialogId } = talking();
    harness.network(request('INFO', { to, cseq: 0 }));
    expect(harness.take(/^SIP\/2.0 500/)).toHaveLength(1);
    harness.network(request('INVITE', { to, cseq: 2, body: SDP }));
    harness.network(request('INVITE', { to, cseq: 3, body: SDP }));
    expect(headerOf(harness.takeOne(/^SIP\/2.0 500/).text, 'Retry-After')).toBe('2');
    const pending = app.last(/^INVITE/).fields[8] as string;
    expect(app.reply(app.say(`sip||${dialogId}`, ['INVITE sip:placeholder SIP/2.0'], SDP)).fields[3]).toBe('NOK');
    respond(app, pending, '488 Not Acceptable Here');
    expect(app.reply(app.say(`sip||${dialogId}`, ['INVITE sip:placeholder SIP/2.0'], SDP)).fields[3]).toBe('OK');
    harness.network(request('INVITE', { to, cseq: 4, body: SDP }));
    expect(harness.take(/^SIP\/2.0 491/)).toHaveLength(1);
    expect(harness.server.counters()['open-dialogs']).toBe(1);
  });

  it('BYE ends a re-INVITE that is still open', () => {
    const { harness, app, to } = talking();
    harness.network(request('INVITE', { to, cseq: 2, body: SDP }));
    harness.network(request('BYE', { to, cseq: 3 }));
    expect(harness.take(/^SIP\/2.0 487/)).toHaveLength(1);
    respond(app, app.last(/^BYE/).fields[8] as string, '200 OK');
    expect(harness.take(/^SIP\/2.0 200/)).toHaveLength(1);
  });

  it('that the application does not answer get 500 before the peer gives up', () => {
    const { harness, to } = talking();
    harness.network(request('INFO', { to, cseq: 2 }));
    harness.advance(28_000);
    expect(harness.take(/^SIP\/2.0 500/)).toHaveLength(1);
  });
});

describe('requests that nobody wants', () => {
  it.each([
    ['OPTIONS', {}, 200],
    ['REGISTER', {}, 405],
    ['REFER', {}, 405],
    ['SUBSCRIBE', {}, 405],
    ['JUMP', {}, 501],
    ['BYE', {}, 481],
    ['UPDATE', {}, 481],
    ['INFO', {}, 481],
    ['BYE', { to: '<sip:b@c>;tag=x' }, 481],
  ] as const)('%s is answered', (method, parts, status) => {
    const harness = new ServerHarness();
    harness.app();
    harness.network(request(method, parts));
    const answer = harness.takeOne(new RegExp(`^SIP/2.0 ${status}`));
    if (status === 405 || status === 501 || status === 200) expect(headerOf(answer.text, 'Allow')).toContain('INVITE');
    expect(harness.sent).toEqual([]);
  });

  it('are delivered once their method is routed', () => {
    const harness = new ServerHarness();
    const app = harness.app({ routes: ['options', 'register'] });
    harness.network(request('OPTIONS'));
    harness.network(request('REGISTER', { cseq: 2 }));
    expect(app.heard).toEqual(['OPTIONS sip:bot@192.0.2.1 SIP/2.0', 'REGISTER sip:bot@192.0.2.1 SIP/2.0']);
    expect(harness.sent).toEqual([]);
    respond(app, app.last(/^REGISTER/).fields[8] as string, '200 OK', ['contact: <sip:a@localhost>']);
    expect(headerOf(harness.takeOne(/^SIP\/2.0 200/).text, 'Contact')).toBe('<sip:a@192.0.2.1:5060>');
  });
});

describe('reaching a peer behind NAT', () => {
  const hangUp = (call: ReturnType<typeof talking>) => {
    call.app.say(`sip||${call.dialogId}`, ['BYE sip:placeholder SIP/2.0']);
    return call.harness.takeOne(/^BYE/);
  };

  it('sends to where the call came from, with the Request-URI untouched', () => {
    const bye = hangUp(talking({ contact: '<sip:peer@10.9.8.7:5060>' }));
    expect(bye.to).toBe('udp 192.0.2.9:5062');
    expect(bye.text).toMatch(/^BYE sip:peer@10\.9\.8\.7:5060 SIP/);
  });

  it('follows the route set where there is one', () => {
    const bye = hangUp(
      talking({
        contact: '<sip:peer@10.9.8.7>',
        extra: ['Record-Route: <sip:198.51.100.1;lr>', 'Record-Route: <sip:198.51.100.2:5070;lr>'],
      }),
    );
    expect(bye.to).toBe('udp 198.51.100.1:5060');
    expect(bye.text).toContain('\r\nRoute: <sip:198.51.100.1;lr>\r\nRoute: <sip:198.51.100.2:5070;lr>\r\n');
  });

  it('puts a strict router into the Request-URI', () => {
    const bye = hangUp(talking({ extra: ['Record-Route: <sip:198.51.100.1>, <sip:198.51.100.2;lr>'] }));
    expect(bye.text).toMatch(/^BYE sip:198\.51\.100\.1 SIP/);
    expect(bye.text).toContain('\r\nRoute: <sip:198.51.100.2;lr>\r\nRoute: <sip:peer@192.0.2.9:5062>\r\n');
  });

  it('follows the address of a re-INVITE', () => {
    const call = talking();
    call.harness.network(request('INVITE', { to: call.to, cseq: 2, contact: '<sip:peer@10.1.1.1>', body: SDP }), 'udp 192.0.2.77:6000');
    respond(call.app, call.app.last(/^INVITE/).fields[8] as string, '200 OK', [], SDP);
    expect(hangUp(call).to).toBe('udp 192.0.2.77:6000');
  });
});

describe('reliable provisional answers (RFC 3262)', () => {
  const ring = (call: ReturnType<typeof invited>) =>
    call.app.reply(respond(call.app, call.transactionId, '183 Session Progress', ['Require: 100rel'], SDP));
  const prack = (echo: { sip: string }, rack: string) =>
    request('PRACK', { to: headerOf(echo.sip, 'To'), cseq: 2, extra: [`RAck: ${rack}`] });

  it('carry RSeq and Contact, and are repeated until PRACK, which the application answers', () => {
    const call = invited({ extra: ['Supported: 100rel, timer'] });
    const echo = ring(call);
    expect([headerOf(echo.sip, 'RSeq'), headerOf(echo.sip, 'Contact')]).toEqual(['1', '<sip:192.0.2.1:5060>']);
    call.harness.advance(2000);
    expect(call.harness.take(/^SIP\/2.0 183/)).toHaveLength(3);
    call.harness.network(prack(echo, '9 1 INVITE'));
    expect(call.harness.take(/^SIP\/2.0 481/)).toHaveLength(1);
    call.harness.network(prack(echo, '1 1 INVITE').map((line) => line.replace('CSeq: 2', 'CSeq: 3')));
    const heard = call.app.last(/^PRACK/);
    expect(heard.fields[9]).toBe('call1@peer;from-tag=peertag');
    respond(call.app, heard.fields[8] as string, '200 OK');
    expect(headerOf(call.harness.takeOne(/^SIP\/2.0 200/).text, 'CSeq')).toBe('3 PRACK');
    call.harness.advance(20_000);
    expect(call.harness.take(/^SIP\/2.0 183/)).toEqual([]);
    respond(call.app, call.transactionId, '200 OK', [], SDP);
    expect(call.harness.take(/^SIP\/2.0 200/)).toHaveLength(1);
  });

  it('are refused to a caller that cannot, and made for one that requires them', () => {
    expect(ring(invited()).fields.slice(3)).toEqual(['NOK', 'Remote endpoint does not support 100rel']);
    const call = invited({ extra: ['Require: 100rel'] });
    const echo = call.app.reply(respond(call.app, call.transactionId, '180 Ringing'));
    expect([headerOf(echo.sip, 'RSeq'), headerOf(echo.sip, 'Require')]).toEqual(['1', '100rel']);
  });

  it('that nobody acknowledges end the INVITE with 504 after 32 s', () => {
    const call = invited({ extra: ['Supported: 100rel'] });
    ring(call);
    call.harness.advance(32_000);
    expect(call.harness.take(/^SIP\/2.0 504/)).toHaveLength(1);
    expect(call.harness.server.counters()['open-dialogs']).toBe(0);
  });
});
