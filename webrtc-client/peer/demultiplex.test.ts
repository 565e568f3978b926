import { expect, it } from 'vitest';
import { datagramKind } from './demultiplex.ts';

it('tells datagrams apart by their first byte', () => {
  const kinds = [0, 3, 4, 19, 20, 63, 64, 79, 127, 128, 191, 192, 255].map((first) => datagramKind(Uint8Array.of(first)));
  expect(kinds).toEqual([
    'stun',
    'stun',
    'unknown',
    'unknown',
    'dtls',
    'dtls',
    'unknown',
    'unknown',
    'unknown',
    'srtp',
    'srtp',
    'unknown',
    'unknown',
  ]);
  expect(datagramKind(new Uint8Array(0))).toBe('unknown');
});
