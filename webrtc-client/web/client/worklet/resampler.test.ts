import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler } from './resampler.ts';

function tone(hz: number, rateHz: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => Math.sin((2 * Math.PI * hz * index) / rateHz));
}

function run(resampler: Resampler, input: Float32Array): Float32Array {
  const output = new Float32Array(resampler.outputBound(input.length) + 1);
  return output.subarray(0, resampler.process(input, output));
}

function powerDb(samples: Float32Array): number {
  return 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length + 1e-12);
}

describe('the resampler', () => {
  it.each([
    [48_000, 16_000],
    [44_100, 16_000],
    [24_000, 48_000],
    [24_000, 44_100],
    [16_000, 16_000],
  ])('%d to %d Hz keeps a tone of the voice as it is', (inHz, outHz) => {
    const output = run(new Resampler(inHz, outHz), tone(1_000, inHz, inHz));
    const wanted = tone(1_000, outHz, output.length);
    const error = output.map((sample, index) => sample - (wanted[index] ?? 0)).subarray(200);
    expect(powerDb(error)).toBeLessThan(-60);
    expect(output.length).toBeGreaterThan(outHz * 0.99);
  });

  it('lets nothing through that would come back as a wrong tone', () => {
    const output = run(new Resampler(48_000, 16_000), tone(10_000, 48_000, 48_000));
    expect(powerDb(output.subarray(200))).toBeLessThan(-65);
  });

  it('gives the same for chunks of any size', () => {
    const input = tone(440, 44_100, 3_000);
    const whole = run(new Resampler(44_100, 16_000), input);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 30 }), (sizes) => {
        const resampler = new Resampler(44_100, 16_000);
        const parts: number[] = [];
        let from = 0;
        for (const size of [...sizes, input.length]) {
          parts.push(...run(resampler, input.subarray(from, from + size)));
          from = Math.min(input.length, from + size);
        }
        expect(parts).toEqual([...whole]);
      }),
      { numRuns: 20 },
    );
  });

  it('does not drift: no sample more or less than the rates say', () => {
    const resampler = new Resampler(44_100, 16_000);
    const second = new Float32Array(44_100);
    const output = new Float32Array(resampler.outputBound(second.length) + 1);
    let count = 0;
    for (let index = 0; index < 20; index += 1) count += resampler.process(second, output);
    expect(Math.abs(count - 20 * 16_000)).toBeLessThan(32);
  });
});
