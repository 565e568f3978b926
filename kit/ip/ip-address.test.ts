import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressBytes,
  addressOfPeer,
  canonicalAddress,
  hostPort,
  isLoopback,
  isUnspecified,
  mapped,
  parseIpAddress,
  unmapped,
  uriHost,
  withoutZone,
} from './ip-address.ts';

describe('parseIpAddress', () => {
  it.each([
    ['0.0.0.0', 4, '0.0.0.0'],
    ['192.0.2.7', 4, '192.0.2.7'],
    ['255.255.255.255', 4, '255.255.255.255'],
    ['::', 6, '::'],
    ['::1', 6, '::1'],
    ['[2001:db8::7]', 6, '2001:db8::7'],
    ['2001:DB8:0:0:0:0:0:9', 6, '2001:db8::9'],
    ['2001:db8::0009', 6, '2001:db8::9'],
    ['1:2:3:4:5:6:7:8', 6, '1:2:3:4:5:6:7:8'],
    ['FE80::1%eth0', 6, 'fe80::1'],
    ['::ffff:192.0.2.7', 4, '192.0.2.7'],
    ['::FFFF:C000:207', 4, '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', 4, '192.0.2.7'],
  ])('%s', (text, version, canonical) => {
    expect(parseIpAddress(text)).toEqual({ version, text: canonical });
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.x',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::1',
    '12345::',
    '1.2.3.4:5',
    'host',
    '::300.1.1.1',
    '[::1',
    `fe80::1%${'x'.repeat(100)}`,
  ])('refuses %j', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it('takes any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseIpAddress(text)));
  });
});

it('tells loopback and unspecified', () => {
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1'].map(isLoopback)).toEqual([true, true, true, false]);
  expect(['0.0.0.0', '::', '1.1.1.1', 'x'].map(isUnspecified)).toEqual([true, true, false, false]);
});

it('writes hosts and ports', () => {
  expect(hostPort('192.0.2.7', 5060)).toBe('192.0.2.7:5060');
  expect(hostPort('2001:db8::7', 5060)).toBe('[2001:db8::7]:5060');
  expect(uriHost('[::1]')).toBe('[::1]');
});

it('an SDP address is written as sockets do, and what is no address is left alone', () => {
  expect(['2001:DB8:0::9', '::FFFF:C000:209', '[2001:db8::9]', 'not:an:address', 'phone.example', ''].map(canonicalAddress)).toEqual([
    '2001:db8::9',
    '192.0.2.9',
    '2001:db8::9',
    'not:an:address',
    'phone.example',
    '',
  ]);
});

it('sockets of both versions tell IPv4 and are told it', () => {
  expect(['::ffff:192.0.2.9', '192.0.2.9', '2001:db8::9', '::ffff:c000:209'].map(unmapped)).toEqual([
    '192.0.2.9',
    '192.0.2.9',
    '2001:db8::9',
    '::ffff:c000:209',
  ]);
  expect([mapped('192.0.2.9'), mapped('2001:db8::9')]).toEqual(['::ffff:192.0.2.9', '2001:db8::9']);
  expect([withoutZone('fe80::1%eth0'), withoutZone('fe80::1')]).toEqual(['fe80::1', 'fe80::1']);
});

it.each([
  ['192.0.2.1', 'c0000201'],
  ['::ffff:192.0.2.1', 'c0000201'],
  ['::1', `${'0'.repeat(31)}1`],
  ['::', '0'.repeat(32)],
  ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ['1:22:333:4444:5:6:7:8', '00010022033344440005000600070008'],
  ['2001:db8::', '20010db8000000000000000000000000'],
  ['64:ff9b::192.0.2.1', '0064ff9b0000000000000000c0000201'],
  ['::192.0.2.1', '000000000000000000000000c0000201'],
])('the bytes of %s are %s', (text, hex) => {
  expect(Buffer.from(addressBytes(text)!).toString('hex')).toBe(hex);
});

it('what is no address has no bytes', () => {
  for (const bad of ['', ':', '1::2::3', '1:2:3', '::g', '1:2:3:4:5:6:7:8:9', '::300.1.1.1'])
    expect(addressBytes(bad), bad).toBeUndefined();
});

it('reads any address back from its bytes', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const address = parseIpAddress(text)!;
      const bytes = addressBytes(text)!;
      expect(bytes).toHaveLength(address.version === 4 ? 4 : 16);
      const long = [...Array(8).keys()]
        .map((i) =>
          Buffer.from(bytes)
            .readUInt16BE((i * 2) % bytes.length)
            .toString(16),
        )
        .join(':');
      if (address.version === 6) expect(parseIpAddress(long)).toEqual(address);
      expect(parseIpAddress(address.text)).toEqual(address);
    }),
  );
});

it.each([
  ['192.0.2.9:5060', '192.0.2.9'],
  ['[2001:db8::7]:5060', '2001:db8::7'],
  ['unknown:0', 'unknown'],
  ['192.0.2.9', '192.0.2.9'],
])('finds the address in %s', (peer, address) => {
  expect(addressOfPeer(peer)).toBe(address);
});
