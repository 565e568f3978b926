import { describe, expect, it } from 'vitest';
import { MissingPackets } from './missing-packets.ts';

const asked = (missing: MissingPackets, nowMs: number, afterMs = 0, untilMs = 200, roundTripMs = 50) => {
  const into: number[] = [];
  missing.ask(nowMs, afterMs, untilMs, roundTripMs, into);
  return into;
};

describe('missing packets', () => {
  it('are asked for once a round trip, three times at most', () => {
    const missing = new MissingPackets();
    missing.arrived(0, 65_534, 50);
    missing.arrived(60, 65_537, 50);
    expect(asked(missing, 60)).toEqual([65_535, 0]);
    expect(asked(missing, 100)).toEqual([]);
    expect(asked(missing, 133)).toEqual([65_535, 0]);
    expect(asked(missing, 206, 0, 1000)).toEqual([65_535, 0]);
    expect(asked(missing, 300, 0, 1000)).toEqual([]);
  });

  it('are not asked for before reordering had its time, nor when it is too late', () => {
    const missing = new MissingPackets();
    missing.arrived(0, 70_000, 50);
    missing.arrived(20, 70_002, 50);
    expect(asked(missing, 30, 20)).toEqual([]);
    expect(missing.arrived(35, 70_001, 50)).toEqual({ latenessMs: 15, wasAskedFor: false });
    missing.arrived(40, 70_004, 50);
    expect(asked(missing, 300, 20)).toEqual([]);
  });

  it('that come back are told from those that were only late', () => {
    const missing = new MissingPackets();
    missing.arrived(0, 70_000, 50);
    missing.arrived(20, 70_003, 50);
    asked(missing, 20);
    expect(missing.arrived(25, 70_001, 50)).toMatchObject({ wasAskedFor: false });
    expect(missing.arrived(72, 70_002, 50)).toMatchObject({ wasAskedFor: true });
    expect(missing.arrived(73, 70_002, 50)).toBeUndefined();
    expect(missing.hasMissing).toBe(false);
  });

  it('are bounded, and an outage is not asked for', () => {
    const missing = new MissingPackets();
    missing.arrived(0, 70_000, 50);
    missing.arrived(0, 80_000, 50);
    expect(missing.hasMissing).toBe(false);
    for (let i = 1; i < 500; i += 1) missing.arrived(i, 80_000 + i * 40, 50);
    expect(asked(missing, 500, 0, 10_000).length).toBeLessThanOrEqual(64);
    missing.reset();
    expect(missing.hasMissing).toBe(false);
  });

  it('are forgotten after a second', () => {
    const missing = new MissingPackets();
    missing.arrived(0, 70_000, 50);
    missing.arrived(20, 70_002, 50);
    asked(missing, 1100);
    expect(missing.hasMissing).toBe(false);
  });
});
