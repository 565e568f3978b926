import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { Netem, PERFECT, type NetworkConditions } from './netem.ts';

const conditions: fc.Arbitrary<NetworkConditions> = fc.record({
  seed: fc.integer(),
  delayMs: fc.integer({ min: 0, max: 300 }).map(ms),
  jitterMs: fc.integer({ min: 0, max: 200 }).map(ms),
  lossRatio: fc.double({ min: 0, max: 0.5, noNaN: true }),
  burstRatio: fc.double({ min: 0, max: 0.1, noNaN: true }),
  burstPackets: fc.integer({ min: 1, max: 20 }),
  reorderRatio: fc.double({ min: 0, max: 0.3, noNaN: true }),
  reorderMs: fc.integer({ min: 0, max: 100 }).map(ms),
  duplicateRatio: fc.double({ min: 0, max: 0.3, noNaN: true }),
  stallEveryMs: fc.integer({ min: 0, max: 2_000 }).map(ms),
  stallForMs: fc.integer({ min: 0, max: 500 }).map(ms),
  driftPpm: fc.integer({ min: -500, max: 500 }),
});

/** 20 ms apart; packet by packet the times at which it arrives. */
function pass(
  given: Partial<NetworkConditions>,
  packets = 2_000,
): { readonly net: Netem; readonly arrivals: readonly (readonly number[])[] } {
  const net = new Netem(given);
  return { net, arrivals: Array.from({ length: packets }, (_, i) => net.arrivals(ms(i * 20))) };
}

describe('any network', () => {
  it('is the same again with the same seed, and another one with another', () => {
    fc.assert(
      fc.property(conditions, (given) => {
        expect(pass(given, 200).arrivals).toEqual(pass(given, 200).arrivals);
      }),
      { numRuns: 100 },
    );
    expect(pass({ jitterMs: ms(40), seed: 1 }).arrivals).not.toEqual(pass({ jitterMs: ms(40), seed: 2 }).arrivals);
  });

  it('delivers nothing before it was sent and delayed, at most two copies, and counts what it does', () => {
    fc.assert(
      fc.property(conditions, (given) => {
        const { net, arrivals } = pass(given, 300);
        arrivals.forEach((times, i) => {
          expect(times.length).toBeLessThanOrEqual(2);
          for (const atMs of times) expect(atMs).toBeGreaterThanOrEqual(i * 20 + given.delayMs);
        });
        expect(net.sent).toBe(300);
        expect(arrivals.filter((times) => times.length === 0)).toHaveLength(net.lost);
        expect(arrivals.filter((times) => times.length === 2)).toHaveLength(net.duplicated);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the order but for those that take another way, and lets none of them wait for ever', () => {
    fc.assert(
      fc.property(conditions, (given) => {
        const { arrivals } = pass({ ...given, reorderRatio: 0 }, 300);
        const firsts = arrivals.flatMap((times) => times.slice(0, 1));
        expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
        const worstMs = given.delayMs + given.jitterMs + given.stallForMs + given.stallEveryMs;
        arrivals.forEach((times, i) => {
          for (const atMs of times) expect(atMs - i * 20).toBeLessThanOrEqual(worstMs + 0.001);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("tells its sender's time and real time apart, there and back", () => {
    fc.assert(
      fc.property(conditions, fc.integer({ min: 0, max: 3_600_000 }), (given, atMs) => {
        const net = new Netem(given);
        expect(net.realMs(net.localMs(ms(atMs)))).toBeCloseTo(atMs, 6);
      }),
    );
    expect(new Netem({ driftPpm: 100 }).localMs(ms(1_000_000))).toBeCloseTo(1_000_100, 6);
  });
});

describe('each condition does what it says, and only that', () => {
  it('none: every packet after the delay, once', () => {
    expect(pass({ delayMs: ms(30) }).arrivals).toEqual(Array.from({ length: 2_000 }, (_, i) => [i * 20 + 30]));
    expect(new Netem().arrivals(ms(5))).toEqual([PERFECT.delayMs + 5]);
  });

  it('loss: as many as it says', () => {
    expect(pass({ lossRatio: 0.1 }, 20_000).net.lost / 20_000).toBeCloseTo(0.1, 1.5);
  });

  it('bursts: in runs, as long as it says', () => {
    const { net, arrivals } = pass({ burstRatio: 0.01, burstPackets: 8 }, 40_000);
    let runs = 0;
    arrivals.forEach((times, i) => (runs += times.length === 0 && arrivals[i - 1]?.length !== 0 ? 1 : 0));
    expect(net.lost / runs).toBeGreaterThan(6.5);
    expect(net.lost / runs).toBeLessThan(9.5);
  });

  it('jitter: over its whole width', () => {
    const late = pass({ jitterMs: ms(15) }, 5_000).arrivals.map(([atMs], i) => (atMs ?? 0) - i * 20);
    expect(Math.min(...late)).toBeLessThan(1);
    expect(Math.max(...late)).toBeGreaterThan(14);
    expect(Math.max(...late)).toBeLessThanOrEqual(15);
  });

  it('reordering: some are overtaken, none is lost', () => {
    const { net, arrivals } = pass({ reorderRatio: 0.05, reorderMs: ms(50) }, 5_000);
    expect(net.reordered / 5_000).toBeCloseTo(0.05, 1.5);
    const overtaken = arrivals.filter(([atMs], i) => (arrivals[i + 1]?.[0] ?? Infinity) < (atMs ?? 0));
    expect(overtaken.length).toBeGreaterThan(200);
    expect(net.lost).toBe(0);
  });

  it('duplicates: as many as it says', () => {
    expect(pass({ duplicateRatio: 0.2 }, 10_000).net.duplicated / 10_000).toBeCloseTo(0.2, 1.5);
  });

  it('stalls: nothing for a while, then all at once', () => {
    const { arrivals } = pass({ stallEveryMs: ms(1_000), stallForMs: ms(200) }, 500);
    const times = arrivals.flat();
    for (const atMs of times) expect(atMs % 1_000).toBeLessThan(800);
    // Those of 200 ms, and the one that was on time.
    expect(times.filter((atMs) => atMs === 3_000)).toHaveLength(11);
  });
});
