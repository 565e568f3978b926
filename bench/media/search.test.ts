import { describe, expect, it } from 'vitest';
import { callsHeldOf, isHeld, MEDIA_GRID, nextLoad, type LoadTrial } from './search.ts';

/** Searches on a machine that holds `limit` calls. */
function search(limit: number, from: number): LoadTrial[] {
  const trials: LoadTrial[] = [];
  for (let calls: number | undefined = from; calls !== undefined; calls = nextLoad(trials, isHeld, MEDIA_GRID)) {
    trials.push({ calls, sendJitterP99Ms: calls <= limit ? 1 : 50, lost: 0, workerCore: 0.5 });
  }
  return trials;
}

describe('search for the limit', () => {
  it.each([90, 300, 455, 710, 1400])('finds a limit of %i from 300 calls, within 50 calls, in nine trials', (limit) => {
    const trials = search(limit, 300);
    expect(callsHeldOf(trials, isHeld)).toBeLessThanOrEqual(limit);
    expect(callsHeldOf(trials, isHeld)).toBeGreaterThan(limit - 50);
    expect(trials.length).toBeLessThanOrEqual(9);
  });

  it('counts a load with loss as not held', () => {
    expect(callsHeldOf([{ calls: 100, sendJitterP99Ms: 1, lost: 1, workerCore: 0.1 }], isHeld)).toBe(0);
  });

  it('knows the limit nearer where the steps are smaller', () => {
    const trials: { calls: number }[] = [];
    const held = (trial: { calls: number }) => trial.calls <= 62;
    for (let calls: number | undefined = 50; calls !== undefined; calls = nextLoad(trials, held, { step: 5, most: 500 }))
      trials.push({ calls });
    expect(callsHeldOf(trials, held)).toBe(60);
  });
});
