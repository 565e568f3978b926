import { describe, expect, it } from 'vitest';
import { ClockAlign } from './clock-align.ts';
import { LevelTrack } from './level-track.ts';
import { FLOOR_DBOV, MeterBallistics, meterFraction } from './level.ts';
import { percentile } from './percentile.ts';
import { clockText, msText, percentText } from './time-text.ts';

describe('percentile', () => {
  it('takes the nearest rank', () => {
    expect(percentile([], 0.5)).toBeUndefined();
    expect(percentile([400], 0.95)).toBe(400);
    expect(percentile([700, 400, 500], 0.5)).toBe(500);
    expect(
      percentile(
        Array.from({ length: 100 }, (_, index) => index + 1),
        0.95,
      ),
    ).toBe(95);
  });
});

describe('meters', () => {
  it('are empty in silence, however it is written, and full at the top of speech', () => {
    for (const silence of [-127, -Infinity, Number.NaN, FLOOR_DBOV]) expect(meterFraction(silence)).toBe(0);
    expect(meterFraction(0)).toBe(1);
    expect(meterFraction(-33)).toBeCloseTo(0.5);
  });

  it('rise at once and fall slowly', () => {
    const meter = new MeterBallistics();
    expect(meter.next(0, -20)).toBe(-20);
    expect(meter.next(100, -127)).toBeCloseTo(-23.6);
    expect(meter.next(200, -10)).toBe(-10);
    expect(meter.next(9_000, Number.NaN)).toBe(FLOOR_DBOV);
  });
});

describe('LevelTrack', () => {
  it('keeps the shape of a long call in bounded room', () => {
    const track = new LevelTrack(50, 100);
    for (let index = 0; index < 1_000; index += 1) track.add({ atMs: index * 50, callerDbov: index === 777 ? -3 : -60, botDbov: -127 });
    expect(track.samples.length).toBeLessThanOrEqual(100);
    expect(track.stepMs).toBe(800);
    expect(Math.max(...track.samples.map(({ callerDbov }) => callerDbov))).toBe(-3);
    expect(track.samples.at(-1)?.atMs).toBeGreaterThan(49_000);
  });

  it('does not lose a shout between two samples', () => {
    const track = new LevelTrack(50, 100);
    track.add({ atMs: 0, callerDbov: -60, botDbov: -60 });
    track.add({ atMs: 10, callerDbov: -5, botDbov: -60 });
    expect(track.samples).toEqual([{ atMs: 0, callerDbov: -5, botDbov: -60 }]);
  });
});

describe('ClockAlign', () => {
  it('trusts the message that was least late', () => {
    const clock = new ClockAlign();
    expect(clock.toServerMs(5)).toBeUndefined();
    clock.seen(1_080, 30);
    clock.seen(2_020, 1_000);
    clock.seen(3_500, 2_300);
    expect(clock.toServerMs(3_020)).toBe(2_000);
  });
});

describe('figures as text', () => {
  it('writes times, milliseconds and shares', () => {
    expect([clockText(0), clockText(61_500), clockText(3_725_000)]).toEqual(['0:00', '1:01', '1:02:05']);
    expect([msText(undefined), msText(Number.NaN), msText(386.4)]).toEqual(['–', '–', '386\u202Fms']);
    expect([percentText(undefined), percentText(0), percentText(0.0213), percentText(0.5)]).toEqual([
      '–',
      '0\u202F%',
      '2.1\u202F%',
      '50\u202F%',
    ]);
  });
});
