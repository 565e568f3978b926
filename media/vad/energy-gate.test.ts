import { describe, expect, it } from 'vitest';
import { EnergyGate } from './energy-gate.ts';

const power = (dbov: number) => 2 ** 30 * 10 ** (dbov / 10);

describe('energy gate', () => {
  it('lets speech through from the first packet on', () => {
    const gate = new EnergyGate(8, -55);
    expect(power(-50)).toBeGreaterThan(gate.gatePower);
    for (let i = 0; i < 60; i += 1) gate.chunk(power(-20));
    expect(power(-20)).toBeGreaterThan(gate.gatePower);
  });

  it('rises above steady noise within two seconds, and stays there', () => {
    const gate = new EnergyGate(8, -55);
    for (let i = 0; i < 200; i += 1) gate.chunk(power(-42 + (i % 3)));
    expect(gate.floorDbov).toBeCloseTo(-42, 0);
    expect(power(-36)).toBeLessThan(gate.gatePower);
    expect(power(-30)).toBeGreaterThan(gate.gatePower);
  });

  it('is not raised by speech with its natural gaps', () => {
    const gate = new EnergyGate(8, -55);
    for (let i = 0; i < 400; i += 1) gate.chunk(power(i % 12 < 9 ? -20 : -60));
    expect(power(-45)).toBeGreaterThan(gate.gatePower);
  });

  it('falls with the noise', () => {
    const gate = new EnergyGate(8, -55);
    for (let i = 0; i < 200; i += 1) gate.chunk(power(-35));
    for (let i = 0; i < 100; i += 1) gate.chunk(power(-70));
    expect(gate.gatePower).toBeCloseTo(power(-55), 0);
    expect(gate.chunk(0)).toBe(-96);
  });
});
