import { describe, expect, it } from 'vitest';
import { DtmfReceiver, readTelephoneEvent, writeTelephoneEvent, type PressedKey } from './dtmf.ts';

const press = (digit: string, end: boolean, durationTicks: number) => ({ digit, end, durationTicks });

/** The keys that a receiver reports of packets `[atMs, timestamp, digit, end, duration]`. */
function keys(packets: readonly (readonly [number, number, string, boolean, number])[], untilMs = 0): PressedKey[] {
  const receiver = new DtmfReceiver(8000);
  const pressed = packets.flatMap(([at, timestamp, digit, end, duration]) => [...receiver.packet(at, timestamp, press(digit, end, duration))]);
  const late = receiver.expire(untilMs);
  return late === undefined ? pressed : [...pressed, late];
}

describe('telephone events', () => {
  it('reads back every digit', () => {
    const bytes = new Uint8Array(4);
    for (const digit of '0123456789*#ABCD') {
      writeTelephoneEvent(bytes, 0, press(digit, true, 1600));
      expect(readTelephoneEvent(bytes, 0, 4)).toEqual(press(digit, true, 1600));
    }
  });

  it('refuses short payloads and events that are no keys', () => {
    expect(readTelephoneEvent(Uint8Array.of(1, 0, 0), 0, 3)).toBeUndefined();
    expect(readTelephoneEvent(Uint8Array.of(16, 0, 0, 1), 0, 4)).toBeUndefined();
  });

  it('makes one press of many packets, whose end comes three times', () => {
    const line = [160, 320, 480].map((d, i) => [i * 20, 9000, '5', false, d] as const);
    const ends = [60, 61, 62].map((at) => [at, 9000, '5', true, 640] as const);
    expect(keys([...line, ...ends])).toEqual([{ digit: '5', durationMs: 80 }]);
  });

  it('reports the same key twice when it is pressed twice', () => {
    expect(keys([[0, 100, '1', true, 400], [300, 2500, '1', true, 400]])).toHaveLength(2);
  });

  it('reports a key whose ends were all lost, at the next key or after 100 ms', () => {
    expect(keys([[0, 100, '1', false, 400], [300, 2500, '2', true, 400]]).map((k) => k.digit)).toEqual(['1', '2']);
    expect(keys([[0, 100, '1', false, 400]], 99)).toEqual([]);
    expect(keys([[0, 100, '1', false, 400]], 100)).toEqual([{ digit: '1', durationMs: 50 }]);
  });

  it('does not press a key again for a packet that the next key overtook', () => {
    expect(keys([[0, 100, '1', true, 400], [20, 900, '2', false, 160], [21, 100, '1', true, 400], [40, 900, '2', true, 320]]).map((k) => k.digit)).toEqual(['1', '2']);
  });
});
