import { expect, it } from 'vitest';
import { addressKey, addressOfPeer } from './address-key.ts';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('counts %s as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});

it.each([
  ['192.0.2.9:5060', '192.0.2.9'],
  ['[2001:db8::7]:5060', '2001:db8::7'],
  ['unknown:0', 'unknown'],
  ['192.0.2.9', '192.0.2.9'],
])('finds the address in %s', (peer, address) => {
  expect(addressOfPeer(peer)).toBe(address);
});
