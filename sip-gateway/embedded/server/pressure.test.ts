import { expect, it } from 'vitest';
import { headerOf, request, SDP, ServerHarness, TRUSTED } from '../testing/server-harness.ts';

/** Without a route every INVITE is refused with 503. */
function invite(harness: ServerHarness, id: number, from = 'udp 192.0.2.9:5062', body = SDP): void {
  harness.network(request('INVITE', { branch: `z9hG4bKf${id}`, callId: `f${id}`, fromTag: `t${id}`, body }), from);
}

const bytesOf = (harness: ServerHarness): number => harness.sent.reduce((sum, { text }) => sum + text.length, 0);

it('INVITEs that nobody acknowledges drew six answers each, to whoever the sender said to be: from the ninth on they get one, no longer than they are', () => {
  const harness = new ServerHarness();
  for (let id = 0; id < 8; id += 1) invite(harness, id);
  harness.sent.length = 0;
  const asText = request('INVITE', { branch: 'z9hG4bKf0', callId: 'f0', fromTag: 't0', body: SDP }).join('\r\n');
  for (let id = 8; id < 1_008; id += 1) invite(harness, id);
  expect(harness.sent).toHaveLength(1_000);
  expect(bytesOf(harness)).toBeLessThan(1_000 * asText.length);
  harness.sent.length = 0;
  harness.advance(31_000);
  // Only the first eight are sent again: ten times in 32 s.
  expect(harness.sent.length).toBeLessThanOrEqual(8 * 10);
});

it('eight INVITEs every half minute in the name of the exchange that brings all calls kept all its callers out', () => {
  const harness = new ServerHarness();
  for (let id = 0; id < 100; id += 1) invite(harness, id, `udp ${TRUSTED}:5060`);
  expect(harness.sent.filter(({ text }) => text.startsWith('SIP/2.0 503'))).toHaveLength(100);
  harness.sent.length = 0;
  // Only those before the ninth are sent again.
  harness.advance(3_000);
  expect(new Set(harness.sent.map(({ text }) => headerOf(text, 'Call-ID'))).size).toBeLessThanOrEqual(8);
  const app = harness.app();
  invite(harness, 500, `udp ${TRUSTED}:5060`);
  expect(app.last(/^INVITE/).sip).toContain('f500');
  expect(harness.server.counters()['refused-pressed']).toBeUndefined();
});

it('in the name of the exchange a flood is bounded all the same', () => {
  const harness = new ServerHarness();
  for (let id = 0; id < 1_100; id += 1) invite(harness, id, `udp ${TRUSTED}:5060`);
  expect(harness.server.counters()['refused-pressed']).toBe(100);
});

it('the same INVITE gets the same answer again, and its ACK disturbs nobody', () => {
  const harness = new ServerHarness();
  for (let id = 0; id < 8; id += 1) invite(harness, id);
  harness.sent.length = 0;
  invite(harness, 99);
  invite(harness, 99);
  const [first, again] = harness.sent;
  expect(headerOf(first!.text, 'To')).toMatch(/;tag=s[0-9a-z]+$/);
  expect(again!.text).toBe(first!.text);
  harness.network(request('ACK', { branch: 'z9hG4bKf99', callId: 'f99', fromTag: 't99', to: headerOf(first!.text, 'To') }));
  expect(harness.sent).toHaveLength(2);
});

it('an INVITE too short for any answer gets none', () => {
  const harness = new ServerHarness();
  for (let id = 0; id < 8; id += 1) invite(harness, id);
  harness.sent.length = 0;
  harness.network(
    'INVITE sip:b@h SIP/2.0\r\nv:SIP/2.0/UDP h;branch=z9hG4bKs\r\nf:<sip:a@h>;tag=a\r\nt:<sip:b@h>\r\ni:s\r\nCSeq:1 INVITE\r\nm:<sip:a@h>\r\nl:0\r\n\r\n',
  );
  expect(harness.server.counters()['refused-pressed']).toBe(1);
  expect(harness.sent).toEqual([]);
});

it('who acknowledges refusals is answered as ever, and so is everybody else meanwhile; the flood is forgotten when it is over', () => {
  const harness = new ServerHarness();
  for (let id = 0; id < 30; id += 1) {
    invite(harness, id, 'udp 192.0.2.9:5062');
    const refusal = harness.takeOne(/^SIP\/2.0 503/);
    harness.network(request('ACK', { branch: `z9hG4bKf${id}`, callId: `f${id}`, fromTag: `t${id}`, to: headerOf(refusal.text, 'To') }));
  }
  expect(harness.server.counters()['refused-pressed']).toBeUndefined();
  for (let id = 100; id < 200; id += 1) invite(harness, id, 'udp 192.0.2.66:5060');
  expect(harness.server.counters()['refused-pressed']).toBe(92);
  invite(harness, 300);
  expect(harness.server.counters()['refused-pressed']).toBe(92);
  harness.advance(33_000);
  invite(harness, 400, 'udp 192.0.2.66:5060');
  expect(harness.server.counters()['refused-pressed']).toBe(92);
});

it('from forged addresses, each once: after 64 of them an INVITE gets its one refusal, nothing before and nothing after it', () => {
  const harness = new ServerHarness();
  for (let id = 0; id < 64; id += 1) invite(harness, id, `udp 198.51.100.${id}:5060`);
  harness.sent.length = 0;
  const app = harness.app();
  invite(harness, 500, 'udp 203.0.113.5:5060');
  expect(harness.take(/203\.0\.113\.5|f500/)).toEqual([]);
  const transactionId = app.last(/^INVITE/).fields[8] as string;
  app.say(`sip|${transactionId}|`, ['SIP/2.0 486 Busy Here', 'Content-Length: 0']);
  harness.advance(10_000);
  const toIt = harness.sent.filter(({ text }) => text.includes('f500'));
  expect(toIt.map(({ text }) => text.slice(0, 11))).toEqual(['SIP/2.0 486']);
  // Who did not hear it asks again.
  invite(harness, 500, 'udp 203.0.113.5:5060');
  expect(harness.sent.filter(({ text }) => text.includes('f500'))).toHaveLength(2);
});
