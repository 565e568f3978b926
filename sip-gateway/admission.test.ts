import { describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';
import { privateNetworks } from './options.ts';

const open = (maxCalls = 2) => new Admission({ allow: privateNetworks, maxCalls });

describe('who may call', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.9',
    '169.254.1.1',
    '::1',
    'fd12::1',
    'fe80::1',
    'fe80::1%eth0',
    '::ffff:192.168.1.1',
  ])('by default %s', (address) => {
    expect(open().enter(address)).toBeUndefined();
  });

  it.each([
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '192.169.0.1',
    '2001:db8::1',
    '::ffff:8.8.8.8',
    '',
    'localhost',
    '127.0.0.1.evil',
    '0127.0.0.1',
  ])('by default not %j', (address) => {
    expect(open().enter(address)).toEqual({ by: 'refused', code: 'not-allowed' });
  });
});

describe('how many', () => {
  it('refuses over the limit and takes again after a release', () => {
    const admission = open(2);
    expect([admission.enter('127.0.0.1'), admission.enter('127.0.0.1')]).toEqual([undefined, undefined]);
    expect(admission.enter('127.0.0.1')).toEqual({ by: 'refused', code: 'too-many-calls' });
    admission.release();
    expect(admission.activeCalls).toBe(1);
    expect(admission.enter('127.0.0.1')).toBeUndefined();
  });

  it('takes none while it drains; strangers still learn only that they are strangers', () => {
    const admission = open();
    admission.drain();
    expect(admission.enter('127.0.0.1')).toEqual({ by: 'refused', code: 'shutting-down' });
    expect(admission.enter('8.8.8.8')).toEqual({ by: 'refused', code: 'not-allowed' });
  });
});
