import { describe, expect, it } from 'vitest';
import { opusPacketSamples } from '../testing/opus-packet-samples.ts';
import { opusFrameSamples, opusHasFec } from './opus-packet.ts';

describe('the first byte of an Opus packet', () => {
  it('tells the length of a frame; RFC 6716 table 2', () => {
    const expected = [
      ...[10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60],
      ...[10, 20, 10, 20],
      ...Array.from({ length: 4 }, () => [2.5, 5, 10, 20]).flat(),
    ];
    expected.forEach((ms, config) => expect(opusFrameSamples(config << 3, 48_000), `config ${config}`).toBe(ms * 48));
  });

  it('and the second tell the length of a packet', () => {
    const wide20 = 9 << 3;
    expect(opusPacketSamples(Uint8Array.of(wide20), 0, 1, 16_000)).toBe(320);
    expect(opusPacketSamples(Uint8Array.of(wide20 | 1, 0), 0, 2, 16_000)).toBe(640);
    expect(opusPacketSamples(Uint8Array.of(wide20 | 3, 5), 0, 2, 16_000)).toBe(1600);
    expect(opusPacketSamples(Uint8Array.of(wide20 | 3, 7), 0, 2, 16_000)).toBe(-1);
    expect(opusPacketSamples(Uint8Array.of(wide20 | 3, 0), 0, 2, 16_000)).toBe(-1);
    expect(opusPacketSamples(Uint8Array.of(wide20 | 3), 0, 1, 16_000)).toBe(-1);
    expect(opusPacketSamples(new Uint8Array(0), 0, 0, 16_000)).toBe(-1);
  });

  it('never claims FEC for CELT, for silence or beyond the end', () => {
    expect(opusHasFec(Uint8Array.of(31 << 3, 0xff), 0, 2)).toBe(false);
    expect(opusHasFec(Uint8Array.of(9 << 3), 0, 1)).toBe(false);
    expect(opusHasFec(Uint8Array.of((9 << 3) | 2, 255), 0, 2)).toBe(false);
    expect(opusHasFec(Uint8Array.of(9 << 3, 0x40), 0, 2)).toBe(true);
    expect(opusHasFec(Uint8Array.of(9 << 3, 0x80), 0, 2)).toBe(false);
    // 60 ms: three voice flags come first.
    expect(opusHasFec(Uint8Array.of(11 << 3, 0x10), 0, 2)).toBe(true);
    expect(opusHasFec(Uint8Array.of(11 << 3, 0xe0), 0, 2)).toBe(false);
  });
});
