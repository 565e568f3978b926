import { describe, expect, it } from 'vitest';
import { ComplexityPolicy } from './complexity.ts';

describe('complexity', () => {
  it('starts as configured and never exceeds it', () => {
    const policy = new ComplexityPolicy(5);
    for (let at = 0; at < 100_000; at += 1000) expect(policy.update(at, 0.1)).toBe(5);
    expect(new ComplexityPolicy(7).complexity).toBe(7);
    expect(new ComplexityPolicy(0).update(0, 1)).toBe(0);
  });

  it('falls at once under load, by two steps where it is heavy', () => {
    const policy = new ComplexityPolicy(10);
    expect(policy.update(0, 0.7)).toBe(5);
    expect(policy.update(1000, 0.9)).toBe(1);
    expect(policy.update(2000, 1)).toBe(1);
  });

  it('rises step by step after calm, not while it is in between', () => {
    const policy = new ComplexityPolicy(5);
    policy.update(0, 0.9);
    for (let at = 1000; at < 60_000; at += 1000) expect(policy.update(at, 0.5)).toBe(1);
    const levels = Array.from({ length: 12 }, (_, i) => policy.update(60_000 + i * 1000, 0.2));
    expect(levels).toEqual([1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 5, 5]);
  });
});
