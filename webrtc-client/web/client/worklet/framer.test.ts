import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer, toPcm16 } from './framer.ts';

describe('frames of PCM16', () => {
  it('all have one size and keep every sample in order, however the sound comes in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.float32Array({ maxLength: 70, noNaN: true, min: -1, max: 1 }), { maxLength: 20 }),
        (size, chunks) => {
          const framer = new Framer(size);
          const frames: Int16Array[] = [];
          for (const chunk of chunks) framer.push(chunk, (frame) => frames.push(frame));
          const all = chunks.flatMap((chunk) => [...chunk].map(toPcm16));
          expect(frames.every((frame) => frame.length === size)).toBe(true);
          expect(frames.flatMap((frame) => [...frame])).toEqual(all.slice(0, all.length - (all.length % size)));
        },
      ),
    );
  });

  it('cut what is too loud and take no number for silence', () => {
    expect([1, -1, 2, -2, 0, Number.NaN, Infinity].map(toPcm16)).toEqual([32_767, -32_768, 32_767, -32_768, 0, 0, 32_767]);
  });
});
