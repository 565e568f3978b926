import { expect, it } from 'vitest';
import { canonicalAddress, mapped, unmapped, withoutZone } from './address.ts';

it.each([
  ['192.0.2.9', '192.0.2.9'],
  ['2001:DB8:0:0:0:0:0:9', '2001:db8::9'],
  ['2001:db8::0009', '2001:db8::9'],
  ['[2001:db8::9]', '2001:db8::9'],
  ['FE80::1%eth0', 'fe80::1'],
  ['::ffff:192.0.2.9', '192.0.2.9'],
  ['::FFFF:C000:209', '192.0.2.9'],
  ['not:an:address', 'not:an:address'],
  ['phone.example', 'phone.example'],
  ['', ''],
])('the address %s is written %s', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical);
});

it('sockets of both versions tell IPv4 and are told it', () => {
  expect([unmapped('::ffff:192.0.2.9'), unmapped('192.0.2.9'), unmapped('2001:db8::9')]).toEqual(['192.0.2.9', '192.0.2.9', '2001:db8::9']);
  expect([mapped('192.0.2.9'), mapped('2001:db8::9')]).toEqual(['::ffff:192.0.2.9', '2001:db8::9']);
  expect(withoutZone('fe80::1%eth0')).toBe('fe80::1');
});
