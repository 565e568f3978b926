import { describe, expect, it } from 'vitest';
import { packetMs } from './codec.ts';
import { LossForecast } from './loss-forecast.ts';
import { OPUS } from './opus.ts';

describe('what the far side is going to lose', () => {
  it('rises with its report and falls slowly', () => {
    const forecast = new LossForecast();
    expect(forecast.reported(0)).toBeUndefined();
    expect(forecast.reported(0.1)).toBe(10);
    expect(forecast.reported(0)).toBe(9);
    const then = Array.from({ length: 40 }, () => forecast.reported(0)).filter((percent) => percent !== undefined);
    expect(then.at(-1)).toBe(0);
    expect(then).toEqual(then.toSorted((a, b) => b - a));
  });

  it('is never prepared for beyond reason', () => {
    expect(new LossForecast().reported(1)).toBe(30);
  });
});

describe('frames of Opus', () => {
  it('are of a length that Opus has', () => {
    expect([10, 15, 20, 30, 40, 50, 60, 120].map((wantedMs) => packetMs(OPUS, wantedMs))).toEqual([10, 10, 20, 20, 40, 40, 60, 60]);
  });
});
