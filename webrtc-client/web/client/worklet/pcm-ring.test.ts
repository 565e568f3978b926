import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PcmRing } from './pcm-ring.ts';

type Step = { readonly write: Int16Array } | { readonly read: number } | { readonly clear: true };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.int16Array({ maxLength: 40 }).map((write) => ({ write })),
  fc.nat(40).map((read) => ({ read })),
  fc.constant({ clear: true as const }),
);

describe('the ring of samples', () => {
  it('is a bounded queue, whatever order it is used in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const ring = new PcmRing(capacity);
        let model: number[] = [];
        for (const one of steps) {
          if ('clear' in one) {
            ring.clear();
            model = [];
          } else if ('write' in one) {
            const room = Math.min(one.write.length, capacity - model.length);
            expect(ring.write(one.write)).toBe(room);
            model.push(...one.write.subarray(0, room));
          } else {
            const out = new Float32Array(one.read).fill(9);
            const count = ring.read(out);
            expect([...out.subarray(0, count)]).toEqual(model.splice(0, one.read).map((sample) => Math.fround(sample / 32_768)));
            expect([...out.subarray(count)].every((sample) => sample === 9)).toBe(true);
          }
          expect(ring.length).toBe(model.length);
        }
      }),
    );
  });
});
