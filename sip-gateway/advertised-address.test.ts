import { describe, expect, it } from 'vitest';
import { advertisedAddress, dialableHosts, mediaAddress } from './advertised-address.ts';

const locals = [
  { address: '127.0.0.1', cidr: '127.0.0.1/8', internal: true },
  { address: '192.168.1.5', cidr: '192.168.1.5/24', internal: false },
  { address: '172.17.0.1', cidr: '172.17.0.1/16', internal: false },
  { address: 'fd00::5', cidr: 'fd00::5/64', internal: false },
];
const anywhere = { bindAddress: '0.0.0.0', externalAddress: 'auto' };

describe('advertisedAddress', () => {
  it.each([
    ['a phone on this machine', anywhere, '127.0.0.1', '127.0.0.1'],
    ['a phone on this machine, IPv6', anywhere, '::1', '::1'],
    ['a phone on this machine by its own address', anywhere, '172.17.0.1', '172.17.0.1'],
    ['a phone in the same network', anywhere, '192.168.1.77', '192.168.1.5'],
    ['a container', anywhere, '172.17.0.2', '172.17.0.1'],
    ['a phone behind a router', anywhere, '10.9.8.7', '192.168.1.5'],
    ['an IPv6 phone', anywhere, 'fd00::77', 'fd00::5'],
    ['bound to one address', { bindAddress: '172.17.0.1', externalAddress: 'auto' }, '10.9.8.7', '172.17.0.1'],
    ['an explicit address', { bindAddress: '0.0.0.0', externalAddress: '203.0.113.9' }, '192.168.1.77', '203.0.113.9'],
    ['loopback in spite of an explicit address', { bindAddress: '0.0.0.0', externalAddress: '203.0.113.9' }, '127.0.0.1', '127.0.0.1'],
  ])('%s', (_name, options, peer, expected) => {
    expect(advertisedAddress(options, peer, locals)).toBe(expected);
  });

  it('falls back to loopback on a machine without a network', () => {
    expect(advertisedAddress(anywhere, '10.9.8.7', locals.slice(0, 1))).toBe('127.0.0.1');
  });
});

describe('mediaAddress', () => {
  it.each([
    ['a phone on this machine', '127.0.0.1', '127.0.0.1', '127.0.0.1'],
    ['one that names another address of this machine', '127.0.0.1', '192.168.1.5', '127.0.0.1'],
    ['one without an address', '127.0.0.1', undefined, '127.0.0.1'],
    ['a proxy on this machine, the phone elsewhere', '127.0.0.1', '192.168.1.77', '192.168.1.5'],
    ['a phone elsewhere', '192.168.1.77', '10.0.0.1', '192.168.1.5'],
  ])('%s', (_name, signalling, sdp, expected) => {
    expect(mediaAddress(anywhere, { signalling, sdp }, locals)).toBe(expected);
  });
});

it('names only hosts that can be dialled', () => {
  expect(dialableHosts(anywhere, locals)).toEqual(['192.168.1.5', '127.0.0.1']);
  expect(dialableHosts({ bindAddress: '127.0.0.1', externalAddress: 'auto' }, locals)).toEqual(['127.0.0.1']);
  expect(dialableHosts({ bindAddress: '192.168.1.5', externalAddress: '203.0.113.9' }, locals)).toEqual(['203.0.113.9', '192.168.1.5']);
  expect(dialableHosts(anywhere, [])).toEqual(['127.0.0.1']);
});
