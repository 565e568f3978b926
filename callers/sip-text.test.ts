import { expect, test } from 'vitest';
import { addressOfUri, header, parseSdp, parseSip, tagOf, uriOf, writeSdp, writeSip } from './sip-text.ts';

test('a request that was written is read back', () => {
  const message = parseSip(
    writeSip(
      'BYE sip:a@b SIP/2.0',
      [
        ['i', '7@x'],
        ['Via', 'v1'],
        ['Via', 'v2'],
      ],
      'body',
    ),
  );
  expect(message?.method).toBe('BYE');
  expect(message && header(message, 'call-id')).toBe('7@x');
  expect(message?.headers.get('via')).toEqual(['v1', 'v2']);
  expect(message?.body).toBe('body');
});

test('a folded response', () => {
  const message = parseSip('SIP/2.0 180 Ringing\r\nTo: <sip:a@b>\r\n ;tag=q1\r\n\r\n');
  expect(message?.status).toBe(180);
  expect(message && tagOf(header(message, 'to'))).toBe('q1');
});

test.each(['', 'hello', '\r\n\r\n', 'SIP/2.0 abc\r\n\r\n', '\u0000\u0001'])('%j is no SIP', (text) => {
  expect(parseSip(text)).toBeUndefined();
});

test('addresses', () => {
  expect(addressOfUri('sip:bot@127.0.0.1:5070;transport=udp')).toEqual({ host: '127.0.0.1', port: 5070 });
  expect(addressOfUri('sip:bot@host')).toEqual({ host: 'host', port: 5060 });
  expect(uriOf('"B" <sip:b@c;lr>;x=1')).toBe('sip:b@c;lr');
  expect(() => addressOfUri('bot')).toThrow('sip:bot@127.0.0.1:5060');
});

test('an offer that was written is read back', () => {
  expect(parseSdp(writeSdp({ address: '127.0.0.1', port: 4000, payloadTypes: [8, 0], direction: 'sendonly', version: 2 }))).toEqual({
    address: '127.0.0.1',
    port: 4000,
    payloadTypes: [8, 0, 101],
    dtmfPayloadType: 101,
    direction: 'sendonly',
  });
  expect(parseSdp('v=0\r\n')).toBeUndefined();
});
