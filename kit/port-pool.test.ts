import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { PortPool } from './port-pool.ts';

const pairs = (first: number, last: number, restMs: number) => new PortPool({ first, last, portsEach: 2, restMs: ms(restMs) });

describe('a port pool', () => {
  it('of pairs gives even ports whose odd neighbour is in the range too', () => {
    const pool = pairs(20_000, 20_004, 1000);
    expect([pool.take(ms(0)), pool.take(ms(0)), pool.take(ms(0))]).toEqual([20_000, 20_002, undefined]);
  });

  it('of single ports gives each to one call, the last of the range too', () => {
    const pool = new PortPool({ first: 5000, last: 5001, portsEach: 1, restMs: ms(100) });
    expect([pool.take(ms(0)), pool.take(ms(0)), pool.take(ms(0))]).toEqual([5000, 5001, undefined]);
    pool.release(ms(10), 5001);
    pool.release(ms(20), 5000);
    expect(pool.take(ms(109))).toBeUndefined();
    expect(pool.take(ms(110))).toBe(5001);
    expect(pool.take(ms(110))).toBeUndefined();
    expect(pool.used).toBe(1);
    expect(pool.take(ms(120))).toBe(5000);
  });

  it('lets a port rest before it is given again', () => {
    const pool = pairs(20_000, 20_001, 1000);
    pool.take(ms(0));
    pool.release(ms(500), 20_000);
    expect(pool.take(ms(1499))).toBeUndefined();
    expect([pool.used, pool.free, pool.resting]).toEqual([0, 0, 1]);
    expect(pool.take(ms(1500))).toBe(20_000);
    expect([pool.used, pool.free, pool.resting]).toEqual([1, 0, 0]);
  });

  it('does not take a port back twice, nor one that is not its own', () => {
    const pool = pairs(20_000, 20_001, 0);
    pool.take(ms(0));
    pool.release(ms(0), 20_000);
    pool.release(ms(0), 20_000);
    pool.release(ms(0), 30_000);
    expect(pool.take(ms(1))).toBe(20_000);
    expect(pool.take(ms(1))).toBeUndefined();
  });

  it('gives the longest unused first', () => {
    const pool = pairs(20_000, 20_005, 0);
    pool.release(ms(0), pool.take(ms(0))!);
    expect([pool.take(ms(1)), pool.take(ms(1)), pool.take(ms(1))]).toEqual([20_002, 20_004, 20_000]);
  });
});
