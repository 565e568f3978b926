import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StreamItem, StreamFramer } from './stream-framer.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const shown = (items: readonly StreamItem[]) =>
  items.map((item) => (item.kind === 'message' ? new TextDecoder().decode(item.bytes) : item.kind));

describe('StreamFramer', () => {
  it('cuts by Content-Length, and counts a message without it as one without body', () => {
    const framer = new StreamFramer();
    const first = 'INVITE a SIP/2.0\r\nl :  5\r\n\r\nhello';
    const second = 'BYE a SIP/2.0\r\n\r\n';
    expect(shown(framer.push(bytesOf(`${first}${second}\r\n\r\n`)))).toEqual([first, second, 'ping']);
    expect(framer.bufferedBytes).toBe(0);
  });

  it('does not depend on how the stream is cut', () => {
    const piece = fc.oneof(
      fc.nat(300).map((length) => `MESSAGE sip:a SIP/2.0\r\nContent-Length: ${length}\r\n\r\n${'x\r\n#'.repeat(100).slice(0, length)}`),
      fc.constantFrom('\r\n', '\r\n\r\n', 'OPTIONS sip:a SIP/2.0\r\nX: y\r\n\r\n'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (pieces, sizes) => {
        // A last message, so that no line end is left waiting for its second half.
        const stream = bytesOf(`${pieces.join('')}ACK sip:a SIP/2.0\r\n\r\n`);
        const whole = shown(new StreamFramer().push(stream));
        const framer = new StreamFramer();
        const items: StreamItem[] = [];
        for (let at = 0, i = 0; at < stream.length; i += 1) {
          const size = sizes[i % sizes.length] as number;
          items.push(...framer.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(shown(items)).toEqual(whole);
      }),
    );
  });

  it('gives up on a length that is none, and on a message that is too large', () => {
    expect(shown(new StreamFramer().push(bytesOf('A b SIP/2.0\r\nContent-Length: -1\r\n\r\n')))).toEqual(['lost']);
    const framer = new StreamFramer();
    expect(shown(framer.push(bytesOf(`A b SIP/2.0\r\nX: ${'y'.repeat(100_000)}`)))).toEqual(['lost']);
    expect(framer.push(bytesOf('more'))).toEqual([]);
    expect(shown(new StreamFramer().push(bytesOf('A b SIP/2.0\r\nContent-Length: 99999\r\n\r\n')))).toEqual(['lost']);
  });

  it('takes any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (chunks) => {
        const framer = new StreamFramer();
        for (const chunk of chunks) expect(() => framer.push(chunk)).not.toThrow();
      }),
    );
  });
});
