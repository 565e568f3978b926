import { expect, test } from 'vitest';
import { decodeLaw, encodeLaw, lawTables, type Law } from './g711.ts';

const laws: Law[] = ['pcmu', 'pcma'];

test.each(laws)('%s: every code survives decoding and encoding', (law) => {
  const codes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const back = encodeLaw(law, decodeLaw(law, codes));
  const { toLinear } = lawTables(law);
  for (let i = 0; i < 256; i++) expect(toLinear[back[i] as number]).toBe(toLinear[i]);
});

test('known values of G.711', () => {
  expect([...decodeLaw('pcmu', new Uint8Array([0x00, 0x80, 0xff, 0x7f]))]).toEqual([-32124, 32124, 0, 0]);
  expect([...decodeLaw('pcma', new Uint8Array([0xd5, 0x55, 0x2a, 0xaa]))]).toEqual([8, -8, -32256, 32256]);
});
