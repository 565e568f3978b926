import { expect, it } from 'vitest';
import { PressedKeys } from './pressed-keys.ts';

const PIECE = { turnId: 3, pieceId: 1, keys: '4#', toneSamples: 2400, pauseSamples: 2400 };

it('a key is down while its tone leaves, and no key between them', () => {
  const keys = new PressedKeys();
  keys.add(PIECE);
  const held = Array.from({ length: 20 }, (_, i) => {
    keys.taken(3, 1, (i + 1) * 480);
    return keys.held?.digit ?? '.';
  });
  expect(held.join('')).toBe('44444.....#####.....');
});

it('the same digit pressed again is another press, in the next piece too', () => {
  const keys = new PressedKeys();
  keys.add({ ...PIECE, keys: '11' });
  const press = (played: number): number | undefined => {
    keys.taken(3, 1, played);
    return keys.held?.press;
  };
  const presses = [press(480), press(5280)];
  keys.add({ ...PIECE, pieceId: 2, keys: '1' });
  keys.taken(3, 2, 480);
  expect(new Set([...presses, keys.held?.press]).size).toBe(3);
  expect(presses).not.toContain(undefined);
});

it('other audio presses nothing', () => {
  const keys = new PressedKeys();
  keys.taken(3, 1, 480);
  expect(keys.held).toBeUndefined();
  keys.add(PIECE);
  for (const [turnId, pieceId] of [
    [3, 2],
    [4, 1],
  ] as const) {
    keys.taken(turnId, pieceId, 480);
    expect(keys.held).toBeUndefined();
  }
  keys.taken(3, 1, 48_000);
  expect(keys.held).toBeUndefined();
});

it('a piece that was made ahead does not take the place of the one that is being played', () => {
  const keys = new PressedKeys();
  keys.add({ ...PIECE, keys: '12' });
  keys.add({ ...PIECE, pieceId: 2, keys: '3' });
  const digit = (pieceId: number, played: number): string | undefined => {
    keys.taken(3, pieceId, played);
    return keys.held?.digit;
  };
  expect([digit(1, 480), digit(1, 5280), digit(2, 480)]).toEqual(['1', '2', '3']);
});
