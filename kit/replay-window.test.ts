import { describe, expect, it } from 'vitest';
import { ReplayWindow } from './replay-window.ts';

describe('replay window', () => {
  it('accepts each number once, in whatever order within the window', () => {
    const window = new ReplayWindow();
    for (const index of [0, 2, 1, 100, 99, 40, 255, 256, 400]) {
      expect(window.mayAccept(index), `${index}`).toBe(true);
      window.accept(index);
      expect(window.mayAccept(index), `${index} again`).toBe(false);
    }
    expect(window.mayAccept(144)).toBe(false);
    expect(window.mayAccept(145)).toBe(true);
    expect(window.highest).toBe(400);
  });

  it('agrees with a set of all numbers, over jumps of any size', () => {
    const window = new ReplayWindow();
    const seen = new Set<number>();
    let base = 0;
    let seed = 12345;
    for (let step = 0; step < 20_000; step += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      base += seed % 97 === 0 ? seed % 5000 : seed % 3;
      const index = Math.max(0, base - ((seed >> 8) % 300));
      const expected = !seen.has(index) && (index > window.highest || index > window.highest - 256);
      expect(window.mayAccept(index)).toBe(expected);
      if (!expected) continue;
      window.accept(index);
      seen.add(index);
    }
  });

  it('works with 48-bit numbers', () => {
    const window = new ReplayWindow();
    window.accept(2 ** 48 - 2);
    expect(window.mayAccept(2 ** 48 - 1)).toBe(true);
    expect(window.mayAccept(2 ** 48 - 2)).toBe(false);
    expect(window.mayAccept(2 ** 48 - 3)).toBe(true);
  });
});
