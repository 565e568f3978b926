import { describe, expect, it } from 'vitest';
import { PacketHistory } from './packet-history.ts';
import { writeRtpHeader } from './packet.ts';

function packet(sequence: number): Uint8Array {
  const bytes = new Uint8Array(20).fill(sequence & 0xff);
  writeRtpHeader(bytes, false, 111, sequence, 0, 1);
  return bytes;
}

describe('packet history', () => {
  it('keeps a copy, over the wrap of the sequence', () => {
    const history = new PacketHistory();
    const sent = packet(65_535);
    history.sent(0, sent);
    history.sent(20, packet(0));
    sent.fill(0);
    expect(history.again(40, 65_535, 30)).toEqual(packet(65_535));
    expect(history.again(40, 0, 30)).toEqual(packet(0));
    expect(history.again(40, 1, 30)).toBeUndefined();
  });

  it('sends nothing twice within a round trip, and nothing that is too old', () => {
    const history = new PacketHistory();
    history.sent(0, packet(7));
    expect(history.again(100, 7, 80)).toBeDefined();
    expect(history.again(150, 7, 80)).toBeUndefined();
    expect(history.again(181, 7, 80)).toBeDefined();
    expect(history.again(501, 7, 80)).toBeUndefined();
  });

  it('sends so much and no more, whatever is asked for', () => {
    const history = new PacketHistory();
    let again = 0;
    for (let i = 0; i < 500; i += 1) {
      history.sent(i * 20, packet(i));
      for (let back = 0; back < 30; back += 1) if (history.again(i * 20, (i - back) & 0xffff, 0) !== undefined) again += 1;
    }
    expect(again).toBeLessThan(10 + 500 / 2 + 5);
  });
});
