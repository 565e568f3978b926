import { describe, expect, it } from 'vitest';
import { AdaptiveWait } from './adaptive-wait.ts';

describe('adaptive wait', () => {
  it('is nothing while nothing comes late', () => {
    const wait = new AdaptiveWait(0);
    wait.tick(60_000);
    expect(wait.waitMs).toBe(0);
  });

  it('holds what came late, and no more', () => {
    const wait = new AdaptiveWait(0);
    for (let i = 0; i < 100; i += 1) wait.observe(i * 100, 10 + (i % 5) * 5);
    expect(wait.waitMs).toBe(32);
  });

  it('does not follow one straggler among many', () => {
    const wait = new AdaptiveWait(0);
    for (let i = 0; i < 100; i += 1) wait.observe(i * 10, 12);
    wait.observe(1000, 190);
    for (let i = 0; i < 10; i += 1) wait.observe(1010, 12);
    expect(wait.waitMs).toBe(12);
  });

  it('never exceeds 200 ms, whatever comes', () => {
    const wait = new AdaptiveWait(0);
    for (const late of [-5, 0, 900, 5000, 1e9]) wait.observe(0, late);
    expect(wait.waitMs).toBe(200);
  });

  it('shrinks within a minute of a bad hour, and a first guess is soon forgotten', () => {
    const wait = new AdaptiveWait(0, 40);
    expect(wait.waitMs).toBe(40);
    wait.tick(10_000);
    expect(wait.waitMs).toBe(0);
    for (let i = 0; i < 36_000; i += 1) wait.observe(10_000 + i * 100, 150);
    expect(wait.waitMs).toBe(152);
    wait.tick(3_610_000 + 60_000);
    expect(wait.waitMs).toBe(0);
  });
});
