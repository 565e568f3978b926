import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameMeter } from './frame-meter.ts';

function frame(payload: number, isMasked = true): Uint8Array {
  const length =
    payload < 126
      ? [payload]
      : payload < 65_536
        ? [126, payload >> 8, payload & 255]
        : [127, 0, 0, 0, 0, 0, payload >> 16, (payload >> 8) & 255, payload & 255];
  const head = [0x82, length[0]! | (isMasked ? 0x80 : 0), ...length.slice(1), ...(isMasked ? [1, 2, 3, 4] : [])];
  return Uint8Array.from([...head, ...new Uint8Array(payload).fill(0xff)]);
}

const joined = (frames: readonly Uint8Array[]): Uint8Array => Uint8Array.from(frames.flatMap((each) => [...each]));

it.each([0, 1, 2, 125, 126, 65_535, 65_536])('a payload of %i bytes is one frame, masked or not', (payload) => {
  for (const isMasked of [true, false]) {
    const bytes = joined([frame(payload, isMasked), frame(0, isMasked)]);
    expect(new FrameMeter().take(bytes, 10)).toEqual({ bytes: bytes.length, frames: 2 });
    expect(new FrameMeter().take(bytes, 1)).toEqual({ bytes: frame(payload, isMasked).length, frames: 1 });
    expect(new FrameMeter().take(bytes, 0)).toEqual({ bytes: 0, frames: 0 });
  }
});

it('what goes on of a frame costs nothing', () => {
  const meter = new FrameMeter();
  const bytes = frame(300);
  expect(meter.take(bytes.subarray(0, 3), 1)).toEqual({ bytes: 3, frames: 1 });
  expect(meter.take(bytes.subarray(3), 0)).toEqual({ bytes: bytes.length - 3, frames: 0 });
  expect(meter.take(frame(0), 0)).toEqual({ bytes: 0, frames: 0 });
});

it('however it is torn, it counts the frames that were sent and never lets more begin', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ payload: fc.constantFrom(0, 2, 125, 126, 700), isMasked: fc.boolean() }), { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 1, max: 5 }),
      (sent, cuts, most) => {
        const bytes = joined(sent.map(({ payload, isMasked }) => frame(payload, isMasked)));
        const meter = new FrameMeter();
        let frames = 0;
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const taken = meter.take(bytes.subarray(at, at + cuts[i % cuts.length]!), most);
          expect(taken.frames).toBeLessThanOrEqual(most);
          expect(taken.bytes).toBeGreaterThan(0);
          frames += taken.frames;
          at += taken.bytes;
        }
        expect(frames).toBe(sent.length);
      },
    ),
  );
});
