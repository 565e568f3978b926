import { describe, expect, it } from 'vitest';
import { MAX_ROWS, RETRY_AFTER_MS, Unwritten } from './unwritten.ts';

class DiskFull extends Error {}

describe('rows that cannot be written now', () => {
  it('wait, and are written in their order once there is room; no row twice', () => {
    const rows = new Unwritten<number>();
    const written: number[] = [];
    let room = 2;
    const write = (row: number): void => {
      if (room === 0) throw new DiskFull();
      room -= 1;
      written.push(row);
    };
    const isFull = (error: unknown): boolean => error instanceof DiskFull;
    for (const row of [1, 2, 3, 4]) rows.push(row);
    expect(() => rows.writeAll(5_000, write, isFull)).toThrow(DiskFull);
    expect([written, rows.length]).toEqual([[1, 2], 2]);
    rows.push(5);
    expect([rows.isDue(5_000 + RETRY_AFTER_MS - 1), rows.isDue(5_000 + RETRY_AFTER_MS)]).toEqual([false, true]);
    room = 9;
    rows.writeAll(6_000, write, isFull);
    expect([written, rows.length, rows.isDue(0)]).toEqual([[1, 2, 3, 4, 5], 0, true]);
  });

  it('do not wait for hours because the clock was set back', () => {
    const rows = new Unwritten<number>();
    rows.push(1);
    expect(() =>
      rows.writeAll(
        9_000_000,
        () => {
          throw new DiskFull();
        },
        () => true,
      ),
    ).toThrow(DiskFull);
    expect(rows.isDue(1_000)).toBe(true);
  });

  it('that never will be are let go, and hold up no other', () => {
    const rows = new Unwritten<number>();
    rows.push(1);
    rows.push(2);
    const written: number[] = [];
    expect(() =>
      rows.writeAll(
        0,
        (row) => {
          if (row === 1) throw new Error('not of this table');
          written.push(row);
        },
        () => false,
      ),
    ).toThrow();
    rows.writeAll(
      0,
      (row) => written.push(row),
      () => false,
    );
    expect(written).toEqual([2]);
  });

  it('are lost from some number on, the oldest first, and counted', () => {
    const rows = new Unwritten<number>();
    for (let row = 0; row < MAX_ROWS + 3; row += 1) rows.push(row);
    expect([rows.length, rows.takeLost(), rows.takeLost()]).toEqual([MAX_ROWS, 3, 0]);
    let first: number | undefined;
    rows.writeAll(
      0,
      (row) => (first ??= row),
      () => true,
    );
    expect(first).toBe(3);
  });
});
