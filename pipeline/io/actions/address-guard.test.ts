import { describe, expect, it } from 'vitest';
import type { LookupAddress } from 'node:dns';
import { createAddressGuard, guardedLookup } from './address-guard.ts';

describe('createAddressGuard', () => {
  const guard = createAddressGuard([]);

  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '100::1',
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '1.1.1.1%eth0',
  ])('refuses %s', (address) => {
    expect(guard(address)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])('lets %s pass', (address) => {
    expect(guard(address)).toBe(true);
  });

  it('lets named ones pass', () => {
    const named = createAddressGuard(['127.0.0.1', '10.1.0.0/16', 'fd00::/8']);
    expect(['127.0.0.1', '10.1.200.3', 'fd01::5'].map(named)).toEqual([true, true, true]);
    expect(['127.0.0.2', '10.2.0.1', 'fe80::1'].map(named)).toEqual([false, false, false]);
  });
});

describe('guardedLookup', () => {
  const resolving = (found: readonly LookupAddress[]) =>
    guardedLookup(createAddressGuard([]), ((
      _name: string,
      _options: object,
      answer: (error: null, found: readonly LookupAddress[]) => void,
    ) => answer(null, found)) as never);
  const look = (found: readonly LookupAddress[], all: boolean) =>
    new Promise((resolve) => {
      resolving(found)('host.example', { all }, (error, address, family) =>
        resolve(error === null ? [address, family] : (error as { code?: string }).code),
      );
    });

  it('gives only what it has checked', async () => {
    const found = [
      { address: '127.0.0.1', family: 4 },
      { address: '1.1.1.1', family: 4 },
    ];
    expect(await look(found, true)).toEqual([[{ address: '1.1.1.1', family: 4 }], undefined]);
    expect(await look(found, false)).toEqual(['1.1.1.1', 4]);
  });

  it('finds nothing where nothing is allowed', async () => {
    expect(await look([{ address: '10.0.0.1', family: 4 }], true)).toBe('ADDRESS_NOT_ALLOWED');
  });
});
