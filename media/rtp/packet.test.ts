import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeRtcp, RtpPacket, writeRtpHeader } from './packet.ts';

function packet(payload: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(12 + payload.length);
  writeRtpHeader(bytes, true, 101, 65535, 0xfffffff0, 0xdeadbeef);
  bytes.set(payload, 12);
  return bytes;
}

describe('RTP packets', () => {
  it('reads what it wrote', () => {
    const rtp = new RtpPacket();
    expect(rtp.read(packet([1, 2, 3]))).toBe(true);
    expect(rtp).toMatchObject({
      marker: true,
      payloadType: 101,
      sequence: 65535,
      timestamp: 0xfffffff0,
      ssrc: 0xdeadbeef,
      payloadStart: 12,
      payloadEnd: 15,
    });
  });

  it('steps over CSRC and header extension, and leaves padding off', () => {
    const bytes = Uint8Array.of(0xb1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 7, 7, 7, 7, 5, 6, 0, 2);
    const rtp = new RtpPacket();
    expect(rtp.read(bytes)).toBe(true);
    expect([rtp.payloadStart, rtp.payloadEnd]).toEqual([24, 26]);
  });

  it.each([
    ['too short', Uint8Array.of(0x80, 0, 0)],
    [
      'version 1',
      (() => {
        const b = packet([]);
        b[0] = 0x40;
        return b;
      })(),
    ],
    [
      'CSRC beyond the end',
      (() => {
        const b = packet([]);
        b[0] = 0x8f;
        return b;
      })(),
    ],
    [
      'extension beyond the end',
      (() => {
        const b = packet([0, 0, 255, 255]);
        b[0] = 0x90;
        return b;
      })(),
    ],
    [
      'padding longer than the payload',
      (() => {
        const b = packet([1, 200]);
        b[0] = 0xa0;
        return b;
      })(),
    ],
    [
      'padding of none',
      (() => {
        const b = packet([1, 0]);
        b[0] = 0xa0;
        return b;
      })(),
    ],
  ])('refuses a packet with %s', (_, bytes) => {
    expect(new RtpPacket().read(bytes)).toBe(false);
  });

  it('never throws, and never points outside, whatever comes', () => {
    const rtp = new RtpPacket();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        if (bytes.length > 0 && bytes.length % 2 === 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
        if (!rtp.read(bytes)) return;
        expect(rtp.payloadStart).toBeGreaterThanOrEqual(12);
        expect(rtp.payloadEnd).toBeGreaterThanOrEqual(rtp.payloadStart);
        expect(rtp.payloadEnd).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('tells RTCP on a shared port', () => {
    expect(looksLikeRtcp(Uint8Array.of(0x80, 200, 0, 0))).toBe(true);
    expect(looksLikeRtcp(packet([1]))).toBe(false);
    expect(looksLikeRtcp(Uint8Array.of(0x80))).toBe(false);
  });
});
