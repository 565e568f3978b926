import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, uint16 } from '#kit/bytes';
import { isTolerableSctp } from './sctp-guard.ts';

function chunk(type: number, body: Uint8Array, length = body.length + 4): Uint8Array {
  return concatBytes([Uint8Array.of(type, 0), uint16(length), body, new Uint8Array((4 - (body.length % 4)) % 4)]);
}

function packet(...chunks: readonly Uint8Array[]): Uint8Array {
  return concatBytes([new Uint8Array(12), ...chunks]);
}

function sack(...gaps: readonly (readonly [number, number])[]): Uint8Array {
  return chunk(
    3,
    concatBytes([new Uint8Array(8), uint16(gaps.length), uint16(0), ...gaps.flatMap(([start, end]) => [uint16(start), uint16(end)])]),
  );
}

function data(tsn: number, stream = 1): Uint8Array {
  return chunk(0, concatBytes([new Uint8Array(2), uint16(tsn), uint16(stream), new Uint8Array(6), Buffer.from('x')]));
}

describe('what SCTP is spared', () => {
  it('nothing of what browsers send', () => {
    const init = chunk(
      1,
      concatBytes([new Uint8Array(16), uint16(0xc000), uint16(4), uint16(0x8008), uint16(6), Uint8Array.of(130, 192, 0, 0)]),
    );
    for (const fine of [
      init,
      sack(),
      sack([2, 3], [5, 5]),
      data(7),
      chunk(4, concatBytes([uint16(1), uint16(8), new Uint8Array(4)])),
      chunk(10, new Uint8Array(24)),
      chunk(11, new Uint8Array(0)),
    ]) {
      expect(isTolerableSctp(packet(fine), 5)).toBe(true);
    }
    expect(isTolerableSctp(packet(sack(), data(6)), 5)).toBe(true);
  });

  it('chunks and parameters without a length, which would be read for ever', () => {
    expect(isTolerableSctp(packet(chunk(11, new Uint8Array(0), 0)), 5)).toBe(false);
    expect(isTolerableSctp(packet(chunk(1, concatBytes([new Uint8Array(16), uint16(0xc000), uint16(0)]))), 5)).toBe(false);
    expect(isTolerableSctp(packet(chunk(130, concatBytes([uint16(13), uint16(0)]))), 5)).toBe(false);
  });

  it('acknowledgements of millions, data far ahead, streams beyond use, chunks unknown or cut short', () => {
    for (const bad of [
      sack([1, 65_535]),
      sack([5, 6], [2, 3]),
      sack([3, 2]),
      data(600),
      data(6, 5000),
      chunk(77, new Uint8Array(0)),
      chunk(0, new Uint8Array(4)),
      chunk(3, new Uint8Array(4)),
      chunk(11, new Uint8Array(0), 400),
    ]) {
      expect(isTolerableSctp(packet(bad), 5)).toBe(false);
    }
  });

  it('junk, without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(isTolerableSctp(bytes, 5)).toBeTypeOf('boolean');
      }),
    );
  });
});
