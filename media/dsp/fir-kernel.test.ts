import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firKernel, MODULE } from './fir-kernel.ts';

interface Wabt {
  parseWat(name: string, text: string, features: object): { toBinary(options: object): { readonly buffer: Uint8Array } };
}

describe('the kernel of resampling', () => {
  it('is what its text says', async () => {
    const wabt = await (createRequire(import.meta.url)('wabt') as () => Promise<Wabt>)();
    const text = readFileSync(new URL('./fir-kernel.wat', import.meta.url), 'utf8');
    const { buffer } = wabt.parseWat('fir-kernel.wat', text, { simd: true, sat_float_to_int: true }).toBinary({});
    expect(MODULE).toBe(Buffer.from(buffer).toString('base64'));
  });

  it('makes the scalar products, to a thousandth of what 16 bits tell, whatever the taps, the step and the place', () => {
    const cases = fc.record({
      taps: fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
      line: fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 80, maxLength: 80 }),
      step: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 1, max: 12 }),
      from: fc.integer({ min: 0, max: 3 }),
      place: fc.integer({ min: 0, max: 3 }),
      of: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ taps, line, step, count, from, place, of }) => {
        firKernel.line.fill(0);
        firKernel.line.set(line);
        firKernel.fir(firKernel.keep(Float64Array.from(taps)), from, step, count, place, of);
        for (let i = 0; i < count; i += 1) {
          const exact = taps.reduce((sum, tap, k) => sum + tap * line[from + i * step + k]!, 0);
          const clipped = Math.min(32_767, Math.max(-32_768, exact));
          expect(Math.abs(firKernel.made[place + i * of]! - clipped)).toBeLessThanOrEqual(0.53);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('rounds halves up and clips, as before it was one', () => {
    const half = firKernel.keep(Float64Array.of(0.5));
    firKernel.line.set([1, -1, 3, -3]);
    firKernel.fir(half, 0, 1, 4, 0, 1);
    expect([...firKernel.made.subarray(0, 4)]).toEqual([1, 0, 2, -1]);
    firKernel.line.set([32_767, -32_768, 20_000, -20_000]);
    firKernel.fir(firKernel.keep(Float64Array.of(2)), 0, 1, 4, 0, 1);
    expect([...firKernel.made.subarray(0, 4)]).toEqual([32_767, -32_768, 32_767, -32_768]);
  });
});
