import { expect, it } from 'vitest';
import { PressedKeys } from './pressed-keys.ts';

const PIECE = { turnId: 3, pieceId: 1, keys: '4#', toneSamples: 2400, pauseSamples: 2400 };

it('a key is down while its tone leaves, and no key between them', () => {
  const keys = new PressedKeys();
  keys.begin(PIECE);
  const held = Array.from({ length: 20 }, (_, i) => {
    keys.taken(3, 1, (i + 1) * 480);
    return keys.held?.digit ?? '.';
  });
  expect(held.join('')).toBe('44444.....#####.....');
});

it('the same digit pressed again is another press, in the next piece too', () => {
  const keys = new PressedKeys();
  keys.begin({ ...PIECE, keys: '11' });
  const press = (played: number): number | undefined => {
    keys.taken(3, 1, played);
    return keys.held?.press;
  };
  const first = press(480);
  expect(press(5280)).not.toBe(first);
  keys.begin({ ...PIECE, keys: '1' });
  expect([first, undefined]).not.toContain(press(480));
});

it('other audio presses nothing', () => {
  const keys = new PressedKeys();
  keys.taken(3, 1, 480);
  expect(keys.held).toBeUndefined();
  keys.begin(PIECE);
  for (const [turnId, pieceId] of [[3, 2], [4, 1]] as const) {
    keys.taken(turnId, pieceId, 480);
    expect(keys.held).toBeUndefined();
  }
  keys.taken(3, 1, 48_000);
  expect(keys.held).toBeUndefined();
});
