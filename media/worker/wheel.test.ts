import { describe, expect, it } from 'vitest';
import { Wheel } from './wheel.ts';

class Item {
  dueMs: number;
  readonly ranAt: number[] = [];
  constructor(dueMs: number) {
    this.dueMs = dueMs;
  }
  run(nowMs: number): void {
    this.ranAt.push(nowMs);
    this.dueMs += 20;
  }
}

describe('wheel', () => {
  it('runs each item once for each of its due times', () => {
    const wheel = new Wheel<Item>();
    const items = Array.from({ length: 40 }, () => {
      const item = new Item(wheel.startMs(1000.3));
      wheel.add(item);
      return item;
    });
    for (let now = 1000.3; now < 2000; now += 1.1) wheel.advance(now, (item) => item.run(now));
    for (const item of items) {
      expect(item.ranAt.length).toBeGreaterThanOrEqual(48);
      item.ranAt.forEach((at, i) => expect(at - (item.dueMs - (item.ranAt.length - i) * 20)).toBeLessThan(2.2));
    }
  });

  it('spreads items evenly over 20 ms', () => {
    const wheel = new Wheel<Item>();
    const phases = new Map<number, number>();
    for (let i = 0; i < 100; i += 1) {
      const item = new Item(wheel.startMs(77));
      wheel.add(item);
      phases.set(item.dueMs % 20, (phases.get(item.dueMs % 20) ?? 0) + 1);
    }
    expect([...phases.values()]).toEqual(Array.from({ length: 20 }, () => 5));
  });

  it('forgets what was removed, even from within a run', () => {
    const wheel = new Wheel<Item>();
    const item = new Item(10);
    const other = new Item(10);
    wheel.add(item);
    wheel.add(other);
    wheel.advance(10, (due) => {
      due.run(10);
      wheel.remove(other);
    });
    wheel.advance(100, (due) => due.run(100));
    expect(other.ranAt.length).toBeLessThanOrEqual(1);
    wheel.remove(item);
    expect(wheel.size).toBe(0);
    expect(wheel.nextMs).toBeUndefined();
  });

  it('says when it is needed next', () => {
    const wheel = new Wheel<Item>();
    wheel.add(new Item(1005));
    expect(wheel.nextMs).toBe(1005);
    wheel.advance(1005, (item) => item.run(1005));
    expect(wheel.nextMs).toBe(1025);
  });

  it('catches up after a stall longer than a revolution', () => {
    const wheel = new Wheel<Item>();
    const item = new Item(1000);
    wheel.add(item);
    wheel.advance(5000, (due) => {
      due.ranAt.push(5000);
      due.dueMs = 5020;
    });
    expect(item.ranAt).toEqual([5000]);
    wheel.advance(5020, (due) => due.run(5020));
    expect(item.ranAt).toEqual([5000, 5020]);
  });
});
