import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrContains, hostPort, isLoopback, isUnspecified, parseCidr, parseIpAddress, uriHost } from './ip-address.ts';

describe('parseIpAddress', () => {
  it.each([
    ['0.0.0.0', 4, 0n],
    ['192.0.2.7', 4, 0xc000_0207n],
    ['255.255.255.255', 4, 0xffff_ffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['[2001:db8::7]', 6, 0x2001_0db8_0000_0000_0000_0000_0000_0007n],
    ['1:2:3:4:5:6:7:8', 6, 0x0001_0002_0003_0004_0005_0006_0007_0008n],
    ['fe80::1%eth0', 6, 0xfe80_0000_0000_0000_0000_0000_0000_0001n],
    ['::ffff:192.0.2.7', 4, 0xc000_0207n],
  ])('%s', (text, version, value) => {
    expect(parseIpAddress(text)).toEqual({ version, value });
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
  ])('refuses %j', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it('takes any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseIpAddress(text)));
  });
});

describe('ranges', () => {
  it('contain what they should', () => {
    const range = parseCidr('172.16.0.0/12');
    expect(range).toBeDefined();
    if (range === undefined) return;
    const inside = (text: string) => cidrContains(range, parseIpAddress(text) ?? { version: 6, value: 0n });
    expect(['172.16.0.0', '172.31.255.255', '172.32.0.0', '::1'].map(inside)).toEqual([true, true, false, false]);
  });

  it.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', 'x/8'])('refuses %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('0 bits contain everything of that version', () => {
    const all = parseCidr('0.0.0.0/0');
    expect(all && cidrContains(all, { version: 4, value: 0xffff_ffffn })).toBe(true);
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
