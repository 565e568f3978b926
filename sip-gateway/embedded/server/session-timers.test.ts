import { describe, expect, it } from 'vitest';
import { answerTo, hasHeader, headerOf, request, SDP, type Sent, ServerHarness } from '../testing/server-harness.ts';

/** A call that we answered, whose INVITE carried these headers. */
function answered(extra: readonly string[], answerHeaders: readonly string[] = []) {
  const harness = new ServerHarness();
  const app = harness.app();
  harness.network(request('INVITE', { extra, body: SDP }));
  const echo = app.reply(app.say(`sip|${app.last(/^INVITE/).fields[8]}|`, ['SIP/2.0 200 OK', ...answerHeaders], SDP));
  const to = headerOf(echo.sip, 'To');
  harness.network(request('ACK', { to }));
  harness.sent.length = 0;
  return { harness, app, to, ok: echo.sip, dialogId: echo.fields[11] as string };
}

const expired = (app: ReturnType<typeof answered>['app']) => headerOf(app.last(/^BYE/).sip, 'Reason');

describe('session timers of a call that we answered (RFC 4028)', () => {
  it('are left to the caller, who is told that it has to refresh; without a refresh the call ends', () => {
    const { harness, app, ok } = answered(['Supported: timer', 'Session-Expires: 300']);
    expect([headerOf(ok, 'Session-Expires'), headerOf(ok, 'Require')]).toEqual(['300;refresher=uac', 'timer']);
    harness.advance(267_999);
    expect(harness.sent).toEqual([]);
    harness.advance(1);
    expect(harness.take(/^BYE/)).toHaveLength(1);
    expect(expired(app)).toContain('text="Session timer expired"');
  });

  it('start again with each refresh, by UPDATE and by re-INVITE', () => {
    const { harness, app, to } = answered(['Supported: timer', 'Session-Expires: 300;refresher=uac']);
    for (const [cseq, method] of [
      [2, 'UPDATE'],
      [3, 'INVITE'],
    ] as const) {
      harness.advance(200_000);
      harness.network(
        request(method, {
          to,
          cseq,
          extra: ['Supported: timer', 'Session-Expires: 300;refresher=uac'],
          ...(method === 'INVITE' ? { body: SDP } : {}),
        }),
      );
      app.say(`sip|${app.last(new RegExp(`^${method}`)).fields[8]}|`, ['SIP/2.0 200 OK'], method === 'INVITE' ? SDP : '');
      const ok = harness.take(/^SIP\/2.0 200/)[0] as Sent;
      expect(headerOf(ok.text, 'Session-Expires')).toBe('300;refresher=uac');
    }
    harness.network(request('ACK', { to, cseq: 3 }));
    harness.advance(200_000);
    expect(harness.take(/^BYE/)).toEqual([]);
    harness.advance(68_000);
    expect(harness.take(/^BYE/)).toHaveLength(1);
  });

  it('are kept by us when the caller asks for it: re-INVITE with our last SDP, acknowledged, unseen by the application', () => {
    const { harness, app, ok } = answered(['Supported: timer', 'Session-Expires: 200;refresher=uas']);
    expect([headerOf(ok, 'Session-Expires'), hasHeader(ok, 'Require')]).toEqual(['200;refresher=uas', false]);
    harness.advance(100_000);
    const refresh = harness.takeOne(/^INVITE sip:peer@192.0.2.9:5062/);
    expect(refresh.text).toContain(`\r\n\r\n${SDP}`);
    expect(headerOf(refresh.text, 'Session-Expires')).toBe('200;refresher=uac');
    harness.network(
      answerTo(refresh, '200 OK', { extra: ['Contact: <sip:peer@192.0.2.9:5062>', 'Session-Expires: 200;refresher=uac'], body: SDP }),
    );
    expect(headerOf(harness.takeOne(/^ACK/).text, 'CSeq')).toBe('1 ACK');
    expect(app.heard.filter((line) => /INVITE|200/.test(line))).toHaveLength(1);
    harness.advance(100_000);
    expect(harness.take(/^INVITE/)).not.toHaveLength(0);
  });

  it('use UPDATE towards a peer that takes it, and fall back when it does not after all', () => {
    const { harness } = answered(['Supported: timer', 'Session-Expires: 200;refresher=uas', 'Allow: INVITE, UPDATE, BYE']);
    harness.advance(100_000);
    const update = harness.takeOne(/^UPDATE/);
    expect(update.text).toContain('Content-Length: 0');
    harness.network(answerTo(update, '405 Method Not Allowed'));
    harness.advance(1);
    expect(harness.take(/^INVITE/)).toHaveLength(1);
  });

  it('end the call when our refresh finds nobody, and try again after 491', () => {
    const gone = answered(['Supported: timer', 'Session-Expires: 200;refresher=uas']);
    gone.harness.advance(100_000);
    gone.harness.network(answerTo(gone.harness.takeOne(/^INVITE/), '481 Gone'));
    expect(gone.harness.take(/^BYE/)).toHaveLength(1);
    const busy = answered(['Supported: timer', 'Session-Expires: 200;refresher=uas']);
    busy.harness.advance(100_000);
    busy.harness.network(answerTo(busy.harness.takeOne(/^INVITE/), '491 Request Pending'));
    busy.harness.advance(3000);
    expect(busy.harness.take(/^INVITE/)).toHaveLength(1);
  });

  it('too short are refused with 422; none are made for a caller that knows none; the application may decide itself', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    harness.network(request('INVITE', { extra: ['Supported: timer', 'Session-Expires: 30'] }));
    expect(headerOf(harness.takeOne(/^SIP\/2.0 422/).text, 'Min-SE')).toBe('90');
    expect(app.heard).toEqual([]);
    expect(hasHeader(answered(['Session-Expires: 300']).ok, 'Session-Expires')).toBe(false);
    const own = answered(['Supported: timer', 'Session-Expires: 1800'], ['session-expires: 120;refresher=uac']);
    expect(headerOf(own.ok, 'Session-Expires')).toBe('120;refresher=uac');
    own.harness.advance(88_000);
    expect(own.harness.take(/^BYE/)).toHaveLength(1);
  });

  it('leave nothing behind when the call ends', () => {
    const { harness, app, dialogId } = answered(['Supported: timer', 'Session-Expires: 300']);
    app.say(`sip||${dialogId}`, ['BYE sip:placeholder SIP/2.0']);
    harness.network(answerTo(harness.takeOne(/^BYE/), '200 OK'));
    harness.advance(40_000);
    expect(harness.server.counters()).toMatchObject({ 'open-dialogs': 0, 'open-deadlines': 0, 'open-transactions': 0 });
  });
});

describe('session timers of a call that we made', () => {
  function called(agreed: string) {
    const harness = new ServerHarness();
    const app = harness.app();
    app.say('sip||', ['INVITE sip:friend@192.0.2.9:5062 SIP/2.0', 'Supported: timer', 'Session-Expires: 200'], SDP);
    harness.network(
      answerTo(harness.takeOne(/^INVITE/), '200 OK', {
        extra: ['Contact: <sip:friend@192.0.2.9:5062>', `Session-Expires: ${agreed}`],
        body: SDP,
      }),
    );
    app.say(`sip||${app.last(/200/).fields[9]}`, ['ACK sip:placeholder SIP/2.0']);
    harness.sent.length = 0;
    return { harness, app };
  }

  it('are refreshed by whom the answer names', () => {
    const ours = called('200;refresher=uac').harness;
    ours.advance(100_000);
    expect(ours.take(/^INVITE/)).toHaveLength(1);
    const { harness, app } = called('200;refresher=uas');
    harness.advance(167_000);
    expect(harness.sent).toEqual([]);
    harness.advance(1000);
    expect(harness.take(/^BYE/)).toHaveLength(1);
    expect(expired(app)).toContain('Session timer expired');
  });

  it('stay agreed in a re-INVITE of the application', () => {
    const { harness, app } = called('200;refresher=uas');
    app.say(`sip||${app.last(/200/).fields[9]}`, ['INVITE sip:placeholder SIP/2.0'], SDP);
    expect(headerOf(harness.takeOne(/^INVITE/).text, 'Session-Expires')).toBe('200;refresher=uas');
  });
});
