import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo, headerOf, request, SDP, type Sent, ServerHarness } from '../testing/server-harness.ts';

const STATUSES = [
  '100 Trying',
  '180 Ringing',
  '183 Progress',
  '200 OK',
  '202 Accepted',
  '302 Moved',
  '401 Who',
  '486 Busy',
  '487 Gone',
  '600 No',
] as const;

describe('whatever happens in whatever order', () => {
  it('a request of an application ends in exactly one final answer, never shows 100, and leaves nothing behind', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('answer' as const), status: fc.constantFrom(...STATUSES), tag: fc.constantFrom('a', 'b') }),
      fc.record({ kind: fc.constant('wait' as const), forMs: fc.integer({ min: 1, max: 40_000 }) }),
      fc.constantFrom({ kind: 'cancel' as const }, { kind: 'ack' as const }, { kind: 'fail' as const }),
    );
    fc.assert(
      fc.property(fc.constantFrom('INVITE', 'OPTIONS', 'REGISTER'), fc.array(step, { maxLength: 12 }), (method, steps) => {
        const harness = new ServerHarness();
        const app = harness.app();
        const echo = app.reply(app.say('sip||', [`${method} sip:friend@192.0.2.9:5062 SIP/2.0`], method === 'INVITE' ? SDP : ''));
        const [transactionId, sent] = [echo.fields[10] as string, harness.sent[0] as Sent];
        const token = harness.actions.find((action) => action.kind === 'send-datagram')?.token ?? '';
        for (const event of steps) {
          if (event.kind === 'answer')
            harness.network(answerTo(sent, event.status, { toTag: event.tag, extra: ['Contact: <sip:friend@192.0.2.9:5062>'] }));
          else if (event.kind === 'wait') harness.advance(event.forMs);
          else if (event.kind === 'cancel') app.say(`sip|${transactionId}|`, ['CANCEL sip:friend@192.0.2.9 SIP/2.0']);
          else if (event.kind === 'fail') harness.feed({ kind: 'datagram-failed', token });
          else
            app.say(`sip||${headerOf(sent.text, 'Call-ID')};from-tag=${headerOf(sent.text, 'From').split('tag=')[1]}`, [
              'ACK sip:x SIP/2.0',
            ]);
        }
        harness.advance(1_000_000);
        const statuses = app.frames
          .filter((frame) => frame.fields[8] === transactionId && frame.sip.startsWith('SIP/2.0'))
          .map((frame) => Number(frame.sip.slice(8, 11)));
        expect(statuses.filter((status) => status >= 200)).toHaveLength(1);
        expect(statuses).not.toContain(100);
        expect(statuses.at(-1)).toBeGreaterThanOrEqual(200);
        expect(harness.server.counters()).toMatchObject({ 'open-transactions': 0, 'open-deadlines': 0 });
      }),
      { numRuns: 300 },
    );
  });

  it('a request from the network gets at most one final answer, and exactly one when it is let go', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('answer' as const), status: fc.constantFrom(...STATUSES) }),
      fc.record({ kind: fc.constant('wait' as const), forMs: fc.integer({ min: 1, max: 70_000 }) }),
      fc.constantFrom(
        { kind: 'repeat' as const },
        { kind: 'cancel' as const },
        { kind: 'ack' as const },
        { kind: 'bye' as const },
        { kind: 'close' as const },
      ),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const harness = new ServerHarness();
        const app = harness.app();
        const branch = 'z9hG4bKproperty';
        harness.network(request('INVITE', { branch, body: SDP }));
        const transactionId = app.last(/^INVITE/).fields[8] as string;
        const finals = () => harness.sent.filter((sent) => /^SIP\/2.0 [2-6]/.test(sent.text) && headerOf(sent.text, 'CSeq') === '1 INVITE');
        for (const event of steps) {
          const to = finals()[0] === undefined ? '<sip:bot@192.0.2.1>' : headerOf(finals()[0]?.text ?? '', 'To');
          if (event.kind === 'answer') app.say(`sip|${transactionId}|`, [`SIP/2.0 ${event.status}`]);
          else if (event.kind === 'wait') harness.advance(event.forMs);
          else if (event.kind === 'repeat') harness.network(request('INVITE', { branch, body: SDP }));
          else if (event.kind === 'cancel') harness.network(request('CANCEL', { branch }));
          else if (event.kind === 'ack') harness.network(request('ACK', { to }));
          else if (event.kind === 'bye') harness.network(request('BYE', { to, cseq: 2 }));
          else app.close();
          if (event.kind === 'close') break;
        }
        harness.advance(1_000_000);
        // A repeated INVITE may have come after its transaction was over, as a call of its own: that one is not ours to count.
        const own = new Set(
          finals()
            .filter((sent) => headerOf(sent.text, 'To') === headerOf(finals()[0]?.text ?? '', 'To'))
            .map((sent) => sent.text),
        );
        expect(own.size).toBe(1);
        expect(harness.server.counters()).toMatchObject({ 'open-transactions': 0, 'open-deadlines': expect.any(Number) });
      }),
      { numRuns: 300 },
    );
  });

  it('frames of an application never throw', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'INVITE sip:a@192.0.2.9 SIP/2.0',
        'SIP/2.0 200 OK',
        'BYE sip:placeholder SIP/2.0',
        'ACK x SIP/2.0',
        'CSeq: 99999999999 X',
        'From: <sip:a@b>;tag=',
        'Contact: *',
        'Call-ID: a|b',
        'Session-Expires: 99999999999',
        'Require: 100rel',
        'To: x;tag=y',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('sip||', 'sip|id000001|', 'sip|TX|', 'sip||DIALOG', 'sip||x', 'sip|||sip:a', 'sip|||x', 'route|', 'x'),
            fc.array(line, { maxLength: 6 }),
            fc.string(),
          ),
          { maxLength: 10 },
        ),
        (frames) => {
          const harness = new ServerHarness();
          const app = harness.app();
          harness.network(request('INVITE', { body: SDP, extra: ['Supported: timer, 100rel', 'Session-Expires: 100'] }));
          const invite = app.last(/^INVITE/);
          for (const [leader, lines, body] of frames) {
            app.say(leader.replace('TX', invite.fields[8] as string).replace('DIALOG', 'call1@peer;from-tag=peertag'), lines, body);
            harness.advance(700);
          }
          harness.advance(1_000_000);
          expect(harness.server.counters()['open-transactions']).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
