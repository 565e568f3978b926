import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, uint16, uint24 } from '#kit/bytes';
import { HandshakeAssembler, handshakeMessage } from './handshake.ts';

function fragment(type: number, sequence: number, body: Uint8Array, from: number, to: number): Uint8Array {
  return concatBytes([
    Uint8Array.of(type),
    uint24(body.length),
    uint16(sequence),
    uint24(from),
    uint24(to - from),
    body.subarray(from, to),
  ]);
}

const BODY = Uint8Array.from({ length: 3000 }, (_, at) => at);

describe('handshake messages', () => {
  it('come whole and in order from fragments in any order, overlapping and repeated', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), fc.integer({ min: 0, max: 400 }), (order, overlap) => {
        const assembler = new HandshakeAssembler();
        const second = handshakeMessage(16, 1, Uint8Array.of(1, 2, 3));
        const pieces = [
          ...Array.from({ length: 5 }, (_, at) => fragment(1, 0, BODY, Math.max(0, at * 600 - overlap), (at + 1) * 600)),
          second.bytes,
        ];
        const messages = order.flatMap((at) => [...assembler.add(pieces[at]!, false), ...assembler.add(pieces[at]!, false)]);
        expect(messages.map(({ sequence }) => sequence)).toEqual([0, 1]);
        expect(messages[0]!.body).toEqual(BODY);
        expect(messages[1]!.bytes).toEqual(second.bytes);
      }),
    );
  });

  it('tell a repeated flight, and keep nothing far ahead or too long', () => {
    const assembler = new HandshakeAssembler();
    const hello = fragment(1, 0, BODY, 0, 3000);
    expect(assembler.add(hello, false)).toHaveLength(1);
    expect(assembler.sawRepeat).toBe(false);
    expect(assembler.add(hello, false)).toHaveLength(0);
    expect(assembler.sawRepeat).toBe(true);
    expect(assembler.add(fragment(1, 60, BODY, 0, 3000), false)).toHaveLength(0);
    expect(assembler.add(concatBytes([Uint8Array.of(1), uint24(0xffffff), uint16(1), uint24(0), uint24(0)]), false)).toHaveLength(0);
  });

  it('are read from junk without throwing', () => {
    const assembler = new HandshakeAssembler();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(assembler.add(bytes, false)).toBeInstanceOf(Array);
      }),
    );
  });
});
