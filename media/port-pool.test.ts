import { describe, expect, it } from 'vitest';
import { PortPool } from './port-pool.ts';

describe('port pool', () => {
  it('gives even ports whose odd neighbour is in the range too', () => {
    const pool = new PortPool(20000, 20004, 1000);
    expect([pool.take(0), pool.take(0), pool.take(0)]).toEqual([20000, 20002, undefined]);
  });

  it('lets a pair drain before it is used again', () => {
    const pool = new PortPool(20000, 20001, 1000);
    pool.take(0);
    pool.release(500, 20000);
    expect(pool.take(1499)).toBeUndefined();
    expect(pool.drainingPairs).toBe(1);
    expect(pool.take(1500)).toBe(20000);
  });

  it('does not take a pair back twice, nor one that is not its own', () => {
    const pool = new PortPool(20000, 20001, 0);
    pool.take(0);
    pool.release(0, 20000);
    pool.release(0, 20000);
    pool.release(0, 30000);
    expect(pool.take(1)).toBe(20000);
    expect(pool.take(1)).toBeUndefined();
  });

  it('gives the longest unused first', () => {
    const pool = new PortPool(20000, 20005, 0);
    const first = pool.take(0)!;
    pool.release(0, first);
    expect([pool.take(1), pool.take(1), pool.take(1)]).toEqual([20002, 20004, 20000]);
  });
});
