import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { DeadlineHeap } from './deadline-heap.ts';

describe('DeadlineHeap', () => {
  it('behaves like a table that is searched, whatever is set, moved and removed', () => {
    const step = fc.record({ owner: fc.nat(12), dueMs: fc.option(fc.nat(1000), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.nat(1000), (steps, nowMs) => {
        const heap = new DeadlineHeap<number>();
        const table = new Map<number, number>();
        for (const { owner, dueMs } of steps) {
          heap.set(owner, dueMs === undefined ? undefined : ms(dueMs));
          if (dueMs === undefined) table.delete(owner);
          else table.set(owner, dueMs);
          expect(heap.earliestMs).toBe(table.size === 0 ? undefined : Math.min(...table.values()));
        }
        const taken: number[] = [];
        for (let owner = heap.takeDue(ms(nowMs)); owner !== undefined; owner = heap.takeDue(ms(nowMs))) taken.push(table.get(owner) ?? -1);
        expect(taken).toEqual([...table.values()].filter((dueMs) => dueMs <= nowMs).sort((a, b) => a - b));
        expect(heap.size).toBe(table.size - taken.length);
      }),
    );
  });
});
