import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireFixtures } from '../io/testing/wire-fixtures.ts';
import { PcmFrameReader } from './pcm-frames.ts';

interface Case {
  readonly name: string;
  readonly hex: string;
  readonly samples: readonly number[];
  readonly ends: string;
}

function read(bytes: Uint8Array, chunkBytes: number): { readonly samples: readonly number[]; readonly ends: string } {
  const reader = new PcmFrameReader();
  const samples: number[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) samples.push(...reader.push(bytes.subarray(at, at + chunkBytes)));
  return { samples, ends: reader.end() };
}

const { cases, maxFrameBytes } = wireFixtures<Case>('tts-streams.json');

describe('PcmFrameReader', () => {
  for (const { name, hex, samples, ends } of cases) {
    it(name, () => {
      const bytes = Buffer.from(hex, 'hex');
      for (const chunkBytes of [1, 2, 3, 5, 7, 1000]) expect(read(bytes, chunkBytes)).toEqual({ samples, ends });
    });
  }

  it('takes frames up to the length that the protocol says', () => {
    const head = (length: number): Uint8Array => Uint8Array.of(length & 255, (length >> 8) & 255, (length >> 16) & 255, length >>> 24);
    for (const [length, state] of [
      [maxFrameBytes as number, 'reading'],
      [(maxFrameBytes as number) + 2, 'bad'],
    ] as const) {
      const reader = new PcmFrameReader();
      reader.push(head(length));
      expect(reader.state).toBe(state);
    }
  });

  it('gives the same samples however the bytes arrive', () => {
    const frames = fc.array(fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (all, sizes) => {
        const bytes = Buffer.concat([
          ...all.flatMap((frame) => {
            const head = Buffer.alloc(4);
            head.writeUInt32LE(frame.length * 2);
            return [head, Buffer.from(Int16Array.from(frame).buffer)];
          }),
          Buffer.alloc(4),
        ]);
        const reader = new PcmFrameReader();
        const samples: number[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          samples.push(...reader.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(samples).toEqual(all.flat());
        expect(reader.end()).toBe('complete');
      }),
    );
  });

  it('never throws and never gives more samples than bytes hold', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), (chunks) => {
        const reader = new PcmFrameReader();
        let bytes = 0;
        let samples = 0;
        for (const chunk of chunks) {
          bytes += chunk.length;
          samples += reader.push(chunk).length;
        }
        expect(samples * 2).toBeLessThanOrEqual(bytes);
        reader.end();
      }),
    );
  });
});
