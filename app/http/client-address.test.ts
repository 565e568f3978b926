import { expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

it.each([
  [[], '192.0.2.9', '198.51.100.1', '192.0.2.9'],
  [['127.0.0.1'], '127.0.0.1', '198.51.100.1', '198.51.100.1'],
  [['127.0.0.1'], '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
  // What a caller wrote itself stands farther left.
  [['10.0.0.0/8'], '10.1.2.3', '203.0.113.5, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
  [['10.0.0.0/8'], '10.1.2.3', 'nonsense', '10.1.2.3'],
  [['10.0.0.0/8'], '10.1.2.3', undefined, '10.1.2.3'],
  [['fd00::/8'], 'fd00::1', '2001:db8::7', '2001:db8::7'],
  [['127.0.0.1'], undefined, '198.51.100.1', ''],
] as const)('with the proxies %j, from %s with X-Forwarded-For %s: %s', (trusted, remoteAddress, forwarded, expected) => {
  expect(
    clientAddress(trusted)({ headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }),
  ).toBe(expected);
});
