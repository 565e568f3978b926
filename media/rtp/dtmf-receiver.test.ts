import { describe, expect, it } from 'vitest';
import { DtmfReceiver, type PressedKey } from './dtmf-receiver.ts';

/** The keys that a receiver reports of packets `[atMs, timestamp, digit, end, duration, sequence]`; the sequence is their order where absent. */
function keys(packets: readonly (readonly [number, number, string, boolean, number, number?])[], untilMs = 0): PressedKey[] {
  const receiver = new DtmfReceiver(8000);
  const pressed = packets.flatMap(([at, timestamp, digit, end, durationTicks, sequence], i) => [
    ...receiver.packet(
      at,
      { ssrc: 1, sequence: sequence ?? (65_530 + i) & 0xffff, timestamp, marker: false },
      { digit, end, durationTicks },
    ),
  ]);
  const late = receiver.expire(untilMs);
  return late === undefined ? pressed : [...pressed, late];
}

describe('the receiver of keys', () => {
  it('makes one press of many packets, whose end comes three times', () => {
    const line = [160, 320, 480].map((d, i) => [i * 20, 9000, '5', false, d] as const);
    const ends = [60, 61, 62].map((at) => [at, 9000, '5', true, 640] as const);
    expect(keys([...line, ...ends])).toEqual([{ digit: '5', durationMs: 80 }]);
  });

  it('reports the same key twice when it is pressed twice', () => {
    expect(
      keys([
        [0, 100, '1', true, 400],
        [300, 2500, '1', true, 400],
      ]),
    ).toHaveLength(2);
  });

  it('reports a key whose ends were all lost, at the next key or after 100 ms', () => {
    expect(
      keys([
        [0, 100, '1', false, 400],
        [300, 2500, '2', true, 400],
      ]).map((k) => k.digit),
    ).toEqual(['1', '2']);
    expect(keys([[0, 100, '1', false, 400]], 99)).toEqual([]);
    expect(keys([[0, 100, '1', false, 400]], 100)).toEqual([{ digit: '1', durationMs: 50 }]);
  });

  it('does not press a key again for a packet that the next key overtook', () => {
    expect(
      keys([
        [0, 100, '1', true, 400],
        [20, 900, '2', false, 160],
        [21, 100, '1', true, 400, 65_529],
        [40, 900, '2', true, 320],
      ]).map((k) => k.digit),
    ).toEqual(['1', '2']);
  });
});
