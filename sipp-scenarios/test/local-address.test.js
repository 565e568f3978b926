import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { localAddressFor, splitTarget } from '../lib/local-address.js';

test('a target on this machine is reached from loopback, by name too', async () => {
  assert.equal(await localAddressFor('127.0.0.1:5060'), '127.0.0.1');
  assert.match(await localAddressFor('localhost:5060'), /^(127\.0\.0\.1|::1)$/);
});

test('an own address of another interface is reached from that address, not from loopback', async (t) => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((one) => one !== undefined && one.family === 'IPv4' && !one.internal);
  if (own === undefined) return t.diagnostic('this machine has loopback only');
  assert.equal(await localAddressFor(`${own.address}:5060`), own.address);
});

test('targets are HOST:PORT', () => {
  assert.deepEqual(splitTarget('pbx.example.net:5062'), { host: 'pbx.example.net', port: 5062 });
  assert.deepEqual(splitTarget('[2001:db8::7]:5060'), { host: '2001:db8::7', port: 5060 });
  for (const wrong of ['192.0.2.7', 'sip:bot@192.0.2.7:5060', '192.0.2.7:0', '192.0.2.7:70000', ':5060', '2001:db8::7:5060'])
    assert.throws(() => splitTarget(wrong), /wanted is HOST:PORT/);
});
