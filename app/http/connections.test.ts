import { expect, it } from 'vitest';
import { Connections } from './connections.ts';

const bounded = (most: number, mostPerAddress: number) =>
  new Connections({ most, mostPerAddress, isTrusted: (address) => address === '192.0.2.200' });

it('so many in all, so many of one address, and one more for each that leaves', () => {
  const connections = bounded(4, 2);
  expect(['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1'].map((address) => connections.came(address))).toEqual([true, true, false]);
  expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((address) => connections.came(address))).toEqual([true, true, false]);
  expect(connections.came('203.0.113.1')).toBe(false);
  connections.left('192.0.2.1');
  expect(connections.came('203.0.113.1')).toBe(true);
  expect(connections.counts).toEqual({ open: 4, refused: 3 });
});

it('a trusted address has as many as there are', () => {
  const connections = bounded(3, 1);
  expect([1, 2, 3, 4].map(() => connections.came('192.0.2.200'))).toEqual([true, true, true, false]);
});

it('who never came does not leave', () => {
  const connections = bounded(1, 1);
  connections.left('192.0.2.1');
  expect(connections.counts.open).toBe(0);
  expect(connections.came('192.0.2.1')).toBe(true);
});
