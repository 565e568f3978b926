import { describe, expect, it } from 'vitest';
import { answerTo, headerOf, hasHeader, request, type Sent, SDP, ServerHarness, type TestApp } from '../testing/server-harness.ts';

const PEER = 'sip:friend@192.0.2.9:5062';

function dialled(headers: readonly string[] = [], leader = 'sip||', harness = new ServerHarness()) {
  const app = harness.app();
  const reply = app.reply(app.say(leader, [`INVITE ${PEER} SIP/2.0`, ...headers], SDP));
  return { harness, app, reply, transactionId: reply.fields[10] as string, invite: harness.sent[0] as Sent };
}

function connected(headers: readonly string[] = []) {
  const call = dialled(headers);
  call.harness.network(answerTo(call.invite, '200 OK', { extra: ['Contact: <sip:friend@192.0.2.9:5062>'], body: SDP }));
  const told = call.app.last(/^SIP\/2.0 200/);
  const dialogId = told.fields[9] as string;
  call.app.say(`sip||${dialogId}`, [`ACK ${PEER} SIP/2.0`]);
  const ack = call.harness.takeOne(/^ACK/);
  call.harness.sent.length = 0;
  return { ...call, dialogId, ack };
}

const statuses = (app: TestApp) =>
  app.frames.filter((frame) => frame.fields[1] === 'sip' && frame.sip.startsWith('SIP/')).map((frame) => Number(frame.sip.slice(8, 11)));
const send = (app: TestApp, leader: string, line: string, headers: readonly string[] = [], body = '') =>
  app.reply(app.say(leader, [`${line} SIP/2.0`, ...headers], body));

describe('a new request', () => {
  it('is filled in, echoed as it was sent, before anything else', () => {
    const { app, reply, invite } = dialled(['from: "Bot" <sip:bot@localhost>', 'subject: hi', 'Via: evil']);
    expect(reply.sip).toBe(invite.text);
    expect(app.frames[0]).toBe(reply);
    expect(reply.fields.slice(3, 5)).toEqual(['OK', 'application']);
    expect(reply.fields[11]).toBe('Msg sent:');
    expect(invite.to).toBe('udp 192.0.2.9:5062');
    expect(headerOf(invite.text, 'Via')).toMatch(/^SIP\/2\.0\/UDP 192\.0\.2\.1:5060;branch=z9hG4bKid\d+;rport$/);
    expect(headerOf(invite.text, 'From')).toMatch(/^"Bot" <sip:bot@192\.0\.2\.1:5060>;tag=id\d+$/);
    expect(headerOf(invite.text, 'To')).toBe(`<${PEER}>`);
    expect(headerOf(invite.text, 'CSeq')).toBe('1 INVITE');
    expect(headerOf(invite.text, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(headerOf(invite.text, 'Content-Type')).toBe('application/sdp');
    expect(headerOf(invite.text, 'Subject')).toBe('hi');
    expect(headerOf(invite.text, 'Max-Forwards')).toBe('70');
    expect(invite.text).not.toContain('evil');
  });

  it('keeps Call-ID, From tag and CSeq that the application gives: the digest retry lives on it', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    const headers = [
      'from: <sip:bot@example.org>;tag=kept',
      'call-id: again@bot',
      'CSeq: 2 REGISTER',
      'contact: <sip:bot@localhost>',
      'Authorization: Digest x',
    ];
    send(app, 'sip||', 'REGISTER sip:192.0.2.9', headers);
    send(
      app,
      'sip||',
      'REGISTER sip:192.0.2.9',
      headers.map((line) => line.replace('CSeq: 2', 'CSeq: 3')),
    );
    const [first, second] = harness.take(/^REGISTER/);
    expect(headerOf(first?.text ?? '', 'From')).toBe('<sip:bot@example.org>;tag=kept');
    expect(headerOf(first?.text ?? '', 'Call-ID')).toBe('again@bot');
    expect(headerOf(second?.text ?? '', 'CSeq')).toBe('3 REGISTER');
    expect(headerOf(first?.text ?? '', 'Contact')).toBe('<sip:bot@192.0.2.1:5060>');
    expect(headerOf(first?.text ?? '', 'Via')).not.toBe(headerOf(second?.text ?? '', 'Via'));
    harness.network(answerTo(first as Sent, '401 Unauthorized'));
    expect(app.last(/^SIP\/2.0 401/).fields[9]).toBe('');
    expect(harness.server.counters()['open-dialogs']).toBe(0);
  });

  it('goes to the next hop that the application names, over the transport that it names', () => {
    expect(dialled([], 'sip|||sip:198.51.100.3:5080').invite.to).toBe('udp 198.51.100.3:5080');
    const { harness, app } = dialled();
    send(app, 'sip||', 'OPTIONS sip:192.0.2.50;transport=tcp', ['contact: <sip:a@localhost>']);
    expect(harness.actions).toContainEqual({ kind: 'open-stream', connection: -1, transport: 'tcp', address: '192.0.2.50', port: 5060 });
    const options = harness.takeOne(/^OPTIONS/);
    expect(headerOf(options.text, 'Via')).toMatch(/^SIP\/2\.0\/TCP/);
    expect(headerOf(options.text, 'Contact')).toBe('<sip:a@192.0.2.1:5060;transport=tcp>');
    harness.advance(10_000);
    expect(harness.take(/^OPTIONS/)).toEqual([]);
  });

  it.each([
    ['INVITE sip:bot@192.0.2.1', 'can not send request to myself'],
    ['INVITE sip:a@192.0.2.9;transport=tls', 'requested protocol/transport not available'],
    ['INVITE sips:a@192.0.2.9', 'requested protocol/transport not available'],
    ['INVITE sip:a@[2001:db8::1]', 'requested protocol/transport not available'],
    ['INVITE sip:a@@', 'invalid request-uri'],
    ['JUMP sip:a@192.0.2.9', 'invalid request-uri'],
    ['INVITE tel:123', 'invalid request-uri'],
  ])('%s is refused without sending anything', (line, text) => {
    const harness = new ServerHarness();
    const app = harness.app();
    const reply = send(app, 'sip||', line);
    expect(reply.fields[3]).toBe('NOK');
    expect(reply.fields[4]).toContain(text);
    expect(harness.sent).toEqual([]);
    expect(harness.server.counters()['open-transactions']).toBe(0);
  });

  it('needs a Content-Type for a body that is no SDP, and headers that can be read', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    expect(send(app, 'sip||', `MESSAGE ${PEER}`, [], 'hello').fields.slice(3)).toEqual(['NOK', 'missing content-type']);
    expect(send(app, 'sip||', `MESSAGE ${PEER}`, ['Content-Type: text/plain'], 'hello').fields[3]).toBe('OK');
    expect(send(app, 'sip||', `MESSAGE ${PEER}`, ['From: <<']).fields[3]).toBe('NOK');
  });

  it('waits for the name to be resolved; a name that is none becomes 503', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    for (const host of ['good.example', 'bad.example']) expect(send(app, 'sip||', `OPTIONS sip:${host}`).fields[3]).toBe('OK');
    expect(harness.sent).toEqual([]);
    const queries = harness.actions.filter((action) => action.kind === 'resolve');
    expect(queries.map((query) => query.host)).toEqual(['good.example', 'bad.example']);
    harness.feed({ kind: 'resolved', query: queries[0]?.query ?? '', address: '192.0.2.33' });
    harness.feed({ kind: 'resolved', query: queries[1]?.query ?? '' });
    expect(harness.takeOne(/^OPTIONS/).to).toBe('udp 192.0.2.33:5060');
    const failed = app.last(/^SIP\/2.0 503 DNS Error/);
    expect(failed.fields.slice(2, 7)).toEqual(['network', '0', 'udp', '', '0']);
    send(app, 'sip||', 'OPTIONS sip:slow.example');
    harness.advance(10_000);
    expect(statuses(app)).toEqual([503, 503]);
  });
});

describe('its answers', () => {
  it('never include 100, name the dialog from the first one on, and follow the echo', () => {
    const { harness, app, invite, transactionId } = dialled();
    harness.network(answerTo(invite, '100 Trying', { toTag: '' }));
    harness.network(answerTo(invite, '180 Ringing'));
    harness.network(answerTo(invite, '486 Busy Here'));
    expect(statuses(app)).toEqual([180, 486]);
    const dialogId = `${headerOf(invite.text, 'Call-ID')};from-tag=${headerOf(invite.text, 'From').split('tag=')[1]}`;
    for (const status of ['180', '486'])
      expect(app.last(new RegExp(`^SIP/2.0 ${status}`)).fields.slice(8, 11)).toEqual([transactionId, dialogId, '']);
    expect(harness.server.counters()['open-dialogs']).toBe(0);
  });

  it('a refusal is acknowledged here, and the ACK of the application is taken quietly', () => {
    const { harness, app, invite } = dialled();
    harness.network(answerTo(invite, '486 Busy Here'));
    harness.network(answerTo(invite, '486 Busy Here'));
    const acks = harness.take(/^ACK/);
    expect(acks).toHaveLength(2);
    expect(headerOf(acks[0]?.text ?? '', 'Via')).toBe(headerOf(invite.text, 'Via'));
    expect(headerOf(acks[0]?.text ?? '', 'To')).toContain('tag=answertag');
    const reply = send(app, `sip||${app.last(/486/).fields[9]}`, `ACK ${PEER}`);
    expect(reply.fields[4]).toMatch(/ACK for non-success.*automatically generated/);
    expect(statuses(app)).toEqual([486]);
    expect(harness.take(/^ACK/)).toEqual([]);
  });

  it.each([
    ['nothing', 408],
    ['an error of the socket', 503],
  ])('%s becomes one %i', (_name, status) => {
    const { harness, app, transactionId, invite } = dialled();
    if (status === 503) {
      const token = harness.actions.find((action) => action.kind === 'send-datagram')?.token ?? '';
      harness.feed({ kind: 'datagram-failed', token });
    }
    harness.advance(100_000);
    expect(statuses(app)).toEqual([status]);
    expect(app.last(/^SIP/).fields.slice(5, 9)).toEqual(['', '0', expect.any(String), transactionId]);
    harness.network(answerTo(invite, '200 OK'));
    expect(statuses(app)).toEqual([status]);
    expect(harness.server.counters()).toMatchObject({ 'open-transactions': 0, 'open-deadlines': 0 });
  });

  it('a stream that closes fails what still waits on it, and is opened again for the next', () => {
    const harness = new ServerHarness();
    const app = harness.app();
    send(app, 'sip||', 'OPTIONS sip:192.0.2.50;transport=tcp');
    send(app, 'sip||', 'OPTIONS sip:192.0.2.50;transport=tcp');
    expect(harness.take(/^OPTIONS/).map((sent) => sent.to)).toEqual(['tcp -1', 'tcp -1']);
    harness.feed({ kind: 'stream-closed', connection: -1 });
    expect(statuses(app)).toEqual([503, 503]);
    send(app, 'sip||', 'OPTIONS sip:192.0.2.50;transport=tcp');
    expect(harness.takeOne(/^OPTIONS/).to).toBe('tcp -2');
  });

  it('from somebody else, or to nothing, are counted and dropped', () => {
    const { harness, app, invite } = dialled();
    harness.network(answerTo(invite, '200 OK').map((line) => line.replace(/branch=[^;]+/, 'branch=z9hG4bKother')));
    harness.network(answerTo(invite, '200 OK').map((line) => line.replace(/^Call-ID: .*/, 'Call-ID: other')));
    harness.network([
      'SIP/2.0 200 OK',
      `Via: ${headerOf(invite.text, 'Via')}`,
      'Via: SIP/2.0/UDP h;branch=z9hG4bK2',
      ...answerTo(invite, '200 OK').slice(2),
    ]);
    expect(statuses(app)).toEqual([]);
    expect(harness.server.counters()['response-unmatched']).toBe(3);
  });
});

describe('a connected call', () => {
  it('sends the ACK of the application with the number of the INVITE, again for each repeated 200', () => {
    const { harness, app, invite, ack } = connected();
    expect(ack.text).toMatch(/^ACK sip:friend@192\.0\.2\.9:5062 SIP/);
    expect(headerOf(ack.text, 'CSeq')).toBe('1 ACK');
    expect(headerOf(ack.text, 'Via')).not.toBe(headerOf(invite.text, 'Via'));
    harness.network(answerTo(invite, '200 OK', { extra: ['Contact: <sip:friend@192.0.2.9:5062>'], body: SDP }));
    expect(harness.takeOne(/^ACK/).text).toBe(ack.text);
    expect(statuses(app)).toEqual([200]);
    harness.advance(40_000);
    expect(harness.server.counters()).toMatchObject({ 'open-dialogs': 1, 'open-transactions': 0, 'open-deadlines': 0 });
  });

  it('answers a 200 of another branch by ACK and BYE', () => {
    const { harness, app, invite } = connected();
    harness.network(answerTo(invite, '200 OK', { toTag: 'fork', extra: ['Contact: <sip:other@192.0.2.9:5099>'] }));
    expect(headerOf(harness.takeOne(/^ACK/).text, 'To')).toContain('tag=fork');
    expect(harness.takeOne(/^BYE/).text).toMatch(/^BYE sip:other@192\.0\.2\.9:5099/);
    expect(statuses(app)).toEqual([200]);
    expect(harness.server.counters()['open-dialogs']).toBe(1);
  });

  it('carries requests both ways, numbered in order', () => {
    const { harness, app, dialogId, invite } = connected();
    for (const [index, method] of ['INFO', 'OPTIONS', 'MESSAGE', 'UPDATE', 'REFER', 'NOTIFY'].entries()) {
      const reply = send(app, `sip||${dialogId}`, `${method} sip:placeholder`, ['CSeq: 99 X', 'from: <sip:x@y>', 'call-id: wrong']);
      const sent = harness.takeOne(new RegExp(`^${method} sip:friend@192.0.2.9:5062`));
      expect(reply.sip).toBe(sent.text);
      expect(headerOf(sent.text, 'CSeq')).toBe(`${2 + index} ${method}`);
      expect(headerOf(sent.text, 'To')).toContain('tag=answertag');
      expect(headerOf(sent.text, 'From')).toBe(headerOf(invite.text, 'From'));
      harness.network(answerTo(sent, '200 OK'));
      expect(app.last(/^SIP\/2.0 200/).fields[9]).toBe(dialogId);
    }
    const us = headerOf(invite.text, 'From');
    const tag = { to: us, fromTag: 'answertag', callId: headerOf(invite.text, 'Call-ID') };
    harness.network(request('INFO', { ...tag, cseq: 5 }));
    expect(app.last(/^INFO/).fields[9]).toBe(dialogId);
    harness.network(request('BYE', { ...tag, cseq: 6 }));
    expect(app.last(/^BYE/).fields[9]).toBe(dialogId);
    expect(harness.server.counters()['open-dialogs']).toBe(0);
  });

  it('a provisional answer to a re-INVITE does not lose its 200', () => {
    const { harness, app, dialogId } = connected();
    send(app, `sip||${dialogId}`, 'INVITE sip:placeholder', [], SDP);
    const again = harness.takeOne(/^INVITE/);
    expect(headerOf(again.text, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    harness.network(answerTo(again, '180 Ringing'));
    harness.network(answerTo(again, '200 OK', { extra: ['Contact: <sip:moved@192.0.2.9:5062>'], body: SDP }));
    send(app, `sip||${dialogId}`, 'ACK sip:placeholder');
    const ack = harness.takeOne(/^ACK sip:moved@192.0.2.9:5062/);
    expect(headerOf(ack.text, 'CSeq')).toBe('2 ACK');
  });

  it('a re-INVITE that is refused leaves the call as it was', () => {
    const { harness, app, dialogId } = connected();
    send(app, `sip||${dialogId}`, 'INVITE sip:placeholder', [], SDP);
    harness.network(answerTo(harness.takeOne(/^INVITE/), '488 Not Acceptable Here'));
    harness.take(/^ACK/);
    expect(send(app, `sip||${dialogId}`, 'ACK sip:placeholder').fields[3]).toBe('NOK');
    expect(send(app, `sip||${dialogId}`, 'INVITE sip:placeholder', [], SDP).fields[3]).toBe('OK');
    expect(harness.server.counters()['open-dialogs']).toBe(1);
  });

  it('ends with the answer to BYE, whatever it is, but waits for credentials after 401', () => {
    const { harness, app, dialogId } = connected();
    send(app, `sip||${dialogId}`, 'BYE sip:placeholder');
    harness.network(answerTo(harness.takeOne(/^BYE/), '401 Unauthorized'));
    expect(harness.server.counters()['open-dialogs']).toBe(1);
    send(app, `sip||${dialogId}`, 'BYE sip:placeholder', ['Authorization: Digest x']);
    const bye = harness.takeOne(/^BYE/);
    expect(headerOf(bye.text, 'CSeq')).toBe('3 BYE');
    harness.network(answerTo(bye, '481 Gone'));
    expect(harness.server.counters()['open-dialogs']).toBe(0);
    expect(send(app, `sip||${dialogId}`, 'INFO sip:placeholder').fields[4]).toMatch(/unable to find dialog/i);
    const other = connected();
    send(other.app, `sip||${other.dialogId}`, 'BYE sip:placeholder');
    other.harness.network(answerTo(other.harness.takeOne(/^BYE/), '407 Who'));
    other.harness.advance(40_000);
    expect(other.harness.server.counters()).toMatchObject({ 'open-dialogs': 0, 'open-deadlines': 0 });
  });

  it('goes back to where the answer came from when the Contact is hidden behind NAT', () => {
    const { harness, app, invite } = dialled();
    harness.network(answerTo(invite, '200 OK', { extra: ['Contact: <sip:friend@10.0.0.99:5060>'], body: SDP }));
    send(app, `sip||${app.last(/200/).fields[9]}`, `ACK ${PEER}`);
    const ack = harness.takeOne(/^ACK sip:friend@10.0.0.99:5060/);
    expect(ack.to).toBe('udp 192.0.2.9:5062');
  });

  it('reverses the recorded route', () => {
    const { harness, app, invite } = dialled();
    harness.network(
      answerTo(invite, '200 OK', {
        extra: ['Record-Route: <sip:198.51.100.1;lr>, <sip:198.51.100.2;lr>', 'Contact: <sip:friend@203.0.113.9>'],
        body: SDP,
      }),
    );
    send(app, `sip||${app.last(/200/).fields[9]}`, `ACK ${PEER}`);
    const ack = harness.takeOne(/^ACK sip:friend@203.0.113.9/);
    expect(ack.to).toBe('udp 198.51.100.2:5060');
    expect(ack.text).toContain('Route: <sip:198.51.100.2;lr>\r\nRoute: <sip:198.51.100.1;lr>');
  });
});

describe('CANCEL of our INVITE', () => {
  const cancel = (app: TestApp, transactionId: string) => send(app, `sip|${transactionId}|`, `CANCEL ${PEER}`, ['Reason: SIP;cause=200']);

  it('is confirmed at once but leaves only after the first provisional answer', () => {
    const { harness, app, invite, transactionId } = dialled();
    const reply = cancel(app, transactionId);
    expect(reply.fields[3]).toBe('OK');
    expect(reply.fields[10]).not.toBe(transactionId);
    expect(harness.take(/^CANCEL/)).toEqual([]);
    harness.network(answerTo(invite, '180 Ringing'));
    const sent = harness.takeOne(/^CANCEL/);
    expect(sent.text).toBe(reply.sip);
    expect(headerOf(sent.text, 'Via')).toBe(headerOf(invite.text, 'Via'));
    expect(headerOf(sent.text, 'CSeq')).toBe('1 CANCEL');
    expect(headerOf(sent.text, 'Reason')).toBe('SIP;cause=200');
    harness.network(answerTo(sent, '200 OK'));
    harness.network(answerTo(invite, '487 Request Terminated'));
    expect(statuses(app)).toEqual([180, 487]);
    expect(hasHeader(harness.takeOne(/^ACK/).text, 'Via')).toBe(true);
  });

  it('that the peer never follows ends in one 408', () => {
    const { harness, app, invite, transactionId } = dialled();
    harness.network(answerTo(invite, '180 Ringing'));
    cancel(app, transactionId);
    harness.network(answerTo(harness.takeOne(/^CANCEL/), '200 OK'));
    harness.advance(200_000);
    expect(statuses(app)).toEqual([180, 408]);
    expect(harness.server.counters()).toMatchObject({ 'open-transactions': 0, 'open-dialogs': 0 });
  });

  it('that crosses a 200: acknowledged, then BYE, and the application is told why', () => {
    const { harness, app, invite, transactionId } = dialled();
    harness.network(answerTo(invite, '180 Ringing'));
    cancel(app, transactionId);
    harness.network(answerTo(invite, '200 OK', { extra: ['Contact: <sip:friend@192.0.2.9:5062>'], body: SDP }));
    const { fields } = app.last(/^SIP\/2.0 200/);
    send(app, `sip||${fields[9]}`, `ACK ${PEER}`);
    expect(harness.sent.map((sent) => sent.text.split(' ')[0])).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
    const told = app.last(/^BYE/);
    expect(told.fields.slice(8, 10)).toEqual(['unsolicited', fields[9]]);
    expect(headerOf(told.sip, 'Reason')).toContain('ACK-BYE due to cancel race condition');
  });

  it('of nothing, or too late, is refused', () => {
    const { harness, app, invite, transactionId } = dialled();
    expect(cancel(app, 'x').fields[4]).toBe('unable to cancel unknown transaction id: x');
    harness.network(answerTo(invite, '486 Busy Here'));
    expect(cancel(app, transactionId).fields[4]).toBe(`unable to cancel unknown transaction id: ${transactionId}`);
  });

  it('also goes before a BYE that overtakes our re-INVITE', () => {
    const { harness, app, dialogId } = connected();
    send(app, `sip||${dialogId}`, 'INVITE sip:placeholder', [], SDP);
    harness.network(answerTo(harness.takeOne(/^INVITE/), '100 Trying', { toTag: '' }));
    send(app, `sip||${dialogId}`, 'BYE sip:placeholder');
    expect(harness.sent.map((sent) => sent.text.split(' ')[0])).toEqual(['CANCEL', 'BYE']);
  });
});

describe('reliable provisional answers (RFC 3262)', () => {
  it('are handed up once and in order; PRACK goes into the early dialog', () => {
    const { harness, app, invite } = dialled(['Supported: 100rel']);
    const progress = (rseq: number) =>
      harness.network(
        answerTo(invite, `18${rseq} Progress`, {
          extra: ['Require: 100rel', `RSeq: ${rseq}`, 'Contact: <sip:friend@192.0.2.9:5062>'],
          body: SDP,
        }),
      );
    progress(1);
    progress(1);
    progress(3);
    expect(statuses(app)).toEqual([181]);
    send(app, `sip||${app.last(/181/).fields[9]}`, `PRACK ${PEER}`, ['RAck: 1 1 INVITE']);
    const prack = harness.takeOne(/^PRACK sip:friend@192.0.2.9:5062/);
    expect([headerOf(prack.text, 'RAck'), headerOf(prack.text, 'CSeq')]).toEqual(['1 1 INVITE', '2 PRACK']);
    harness.network(answerTo(prack, '200 OK'));
    progress(2);
    harness.network(answerTo(invite, '200 OK', { extra: ['Contact: <sip:friend@192.0.2.9:5062>'] }));
    expect(statuses(app)).toEqual([181, 200, 182, 200]);
    send(app, `sip||${app.last(/200/).fields[9]}`, `ACK ${PEER}`);
    expect(headerOf(harness.takeOne(/^ACK/).text, 'CSeq')).toBe('1 ACK');
  });
});
