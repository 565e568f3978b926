import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callFacts, parseNameAddress, userOf } from './call-facts.ts';

const ids = { callId: 'call-1', legId: 'leg-1' };
const head = {
  requestUri: 'sip:bot@192.0.2.7:5060;transport=udp',
  from: '"Room 12" <sip:alice@192.0.2.9>;tag=abc',
  sipCallId: 'x@y',
  peerAddress: '192.0.2.9',
  peerPort: 5071,
  headers: {},
};

describe('callFacts', () => {
  it('tells who called whom', () => {
    expect(callFacts(head, ids)).toEqual({
      callId: 'call-1',
      legId: 'leg-1',
      kind: 'sip',
      direction: 'inbound',
      to: 'sip:bot@192.0.2.7:5060;transport=udp',
      toUser: 'bot',
      from: 'sip:alice@192.0.2.9',
      fromUser: 'alice',
      displayName: 'Room 12',
      peer: '192.0.2.9:5071',
      headers: {},
      signallingId: 'x@y',
    });
  });

  it.each([
    ['sip:1000@192.0.2.7:5060;rinstance=0a1b', 'sip:1000@192.0.2.7:5060'],
    ['sip:1000@192.0.2.7;transport=tls;rinstance=0a1b', 'sip:1000@192.0.2.7;transport=tls'],
    ['sip:1000@192.0.2.7;RInstance=0a1b;transport=tls', 'sip:1000@192.0.2.7;transport=tls'],
    ['sip:1000@192.0.2.7;rinstance=0a1b?X-A=1', 'sip:1000@192.0.2.7?X-A=1'],
    ['sip:1000@192.0.2.7;rinstance=a;rinstance=b;lr', 'sip:1000@192.0.2.7;lr'],
    ['sip:1000@192.0.2.7;rinstances=a', 'sip:1000@192.0.2.7;rinstances=a'],
  ])('whoever reads a record cannot call in as the exchange does: %s', (requestUri, to) => {
    expect(callFacts({ ...head, requestUri }, ids).to).toBe(to);
  });

  it('passes on X- headers only, bounded and clean', () => {
    const headers = {
      'X-Room': '12',
      'x-vip': 'yes\u0000\u202e!',
      'P-Asserted-Identity': 'no',
      'X-Long': 'a'.repeat(5000),
      'x-bad name': 'no',
    };
    expect(callFacts({ ...head, headers }, ids).headers).toEqual({ 'x-room': '12', 'x-vip': 'yes !', 'x-long': 'a'.repeat(512) });
  });

  it('takes at most 32 of them', () => {
    const headers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`X-H${index}`, 'v']));
    expect(Object.keys(callFacts({ ...head, headers }, ids).headers)).toHaveLength(32);
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (requestUri, from, value) => {
        const facts = callFacts({ ...head, requestUri, from, headers: { 'X-A': value } }, ids);
        for (const text of [facts.to, facts.toUser, facts.from, facts.fromUser, facts.displayName ?? '', ...Object.values(facts.headers)]) {
          expect(text).not.toMatch(/\p{Cc}/u);
          expect(text.length).toBeLessThanOrEqual(1024);
        }
      }),
    );
  });
});

describe('userOf', () => {
  it.each([
    ['sip:bot@host', 'bot'],
    ['sips:bot@host', 'bot'],
    ['SIP:Bot@host', 'Bot'],
    ['sip:+49301234;phone-context=x@host', '+49301234'],
    ['sip:bot:secret@host', 'bot'],
    ['sip:a%20b@host', 'a b'],
    ['sip:%zz@host', '%zz'],
    ['tel:+49-30-1234;ext=5', '+49-30-1234'],
    ['sip:host', ''],
    ['', ''],
  ])('%s', (uri, user) => {
    expect(userOf(uri)).toBe(user);
  });
});

describe('parseNameAddress', () => {
  it.each([
    ['"A \\"B\\" <x>" <sip:a@b>;tag=1', 'A "B" <x>', 'sip:a@b'],
    ['Alice Smith <sip:a@b;p=1>;tag=1', 'Alice Smith', 'sip:a@b;p=1'],
    ['<sip:a@b>', '', 'sip:a@b'],
    ['sip:a@b;tag=1', '', 'sip:a@b'],
    ['"unclosed <sip:a@b', '"unclosed', 'sip:a@b'],
  ])('%s', (header, displayName, uri) => {
    expect(parseNameAddress(header)).toEqual({ displayName, uri });
  });
});
