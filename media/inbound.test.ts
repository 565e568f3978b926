import { describe, expect, it } from 'vitest';
import { encodeG711 } from './codec/g711.ts';
import { rms, tone } from './dsp/test-signals.ts';
import { Inbound } from './inbound.ts';
import type { FrameOrigin } from './jitter/line-filler.ts';
import { RtpPacket, writeRtpHeader } from './rtp/packet.ts';

const options = { maxWaitMs: 40, starveMs: 60, concealMs: 60 };
const codecs = new Map([[0, 'PCMU'] as const]);
const format = { codec: 'PCMU' as const, codecs, telephoneEventPayloadTypes: [101], comfortNoisePayloadTypes: [13] };

/** The line that comes out, and a sender to put into it. */
class Line {
  readonly pcm: number[] = [];
  readonly origins: FrameOrigin[] = [];
  readonly keys: string[] = [];
  readonly inbound = new Inbound(
    options,
    format,
    undefined,
    {
      frame: (_, pcm, count, origin) => {
        this.pcm.push(...pcm.subarray(0, count));
        this.origins.push(...Array.from({ length: count }, () => origin));
      },
      key: (_, key) => this.keys.push(key.digit),
      setLineRate: () => undefined,
    },
    1,
  );

  packet(nowMs: number, sequence: number, timestamp: number, payload?: Uint8Array, payloadType = 0, ssrc = 9): void {
    const audio = payload ?? speech(timestamp);
    const bytes = new Uint8Array(12 + audio.length);
    writeRtpHeader(bytes, false, payloadType, sequence & 0xffff, timestamp >>> 0, ssrc);
    bytes.set(audio, 12);
    const rtp = new RtpPacket();
    rtp.read(bytes);
    this.inbound.packet(nowMs, rtp, bytes);
  }

  share(origin: FrameOrigin): number {
    return this.origins.filter((o) => o === origin).length;
  }
}

function speech(timestamp: number, count = 160): Uint8Array {
  const wave = tone(200, 8000, 8000);
  const bytes = new Uint8Array(count);
  encodeG711(
    'PCMU',
    Int16Array.from({ length: count }, (_, i) => wave[(timestamp + i) % 8000]!),
    count,
    bytes,
    0,
  );
  return bytes;
}

describe('inbound line', () => {
  it('gives out every packet at once, over the wraps of sequence and timestamp', () => {
    const line = new Line();
    for (let i = 0; i < 50; i += 1) {
      line.packet(i * 20, 65520 + i, 0xffffff00 + i * 160);
      expect(line.pcm.length).toBe((i + 1) * 160);
    }
    expect(line.share('voice')).toBe(8000);
    expect(line.inbound.stats.lost).toBe(0);
  });

  it.each([
    ['audio that comes faster than time', 0, 160, 160],
    ['jumps of time in audio', 0, 40_000, 160],
    ['jumps of time in noise', 13, 40_000, 1],
  ])('takes some seconds of %s, and no more than time brings then', (_, payloadType, step, bytes) => {
    const line = new Line();
    line.packet(0, 0, 0);
    for (let i = 1; i < 2_000; i += 1) line.packet(10, i, i * step, new Uint8Array(bytes).fill(60), payloadType);
    expect(line.pcm.length).toBeLessThan(6_000 * 8);
    expect(line.inbound.malformed).toBeGreaterThan(1_000);
    const before = line.pcm.length;
    for (let i = 0; i < 50; i += 1) line.packet(2_000 + i * 20, 2_000 + i, 2_000 * step + i * 160);
    expect(line.pcm.length - before).toBeGreaterThanOrEqual(50 * 160);
  });

  it('takes keys as fast as a telephone dials them, and no flood', () => {
    const line = new Line();
    for (let i = 0; i < 1_000; i += 1) line.packet(i, i, i * 160, Uint8Array.of(5 + (i % 2), 0x8a, 1, 64), 101);
    expect(line.keys.length).toBeGreaterThanOrEqual(40);
    expect(line.keys.length).toBeLessThanOrEqual(61);
  });

  it('conceals a lost packet, and the line stays as long as the call', () => {
    const line = new Line();
    for (let i = 0; i < 20; i += 1) {
      if (i !== 10) line.packet(i * 20, i, i * 160);
      line.inbound.tick(i * 20 + 10);
    }
    expect(line.pcm.length).toBe(20 * 160);
    expect(line.share('concealed')).toBe(160);
    expect(rms(Int16Array.from(line.pcm.slice(1600, 1760)))).toBeGreaterThan(3000);
  });

  it('fills with silence when the caller mutes, so that his turn ends', () => {
    const line = new Line();
    for (let i = 0; i < 10; i += 1) line.packet(i * 20, i, i * 160);
    for (let at = 180; at <= 1180; at += 20) line.inbound.tick(at);
    expect(line.share('silence')).toBe(1000 * 8);
    // He comes back with a timestamp that tells the pause: nothing is filled twice.
    line.packet(1200, 10, 10 * 160 + 1000 * 8);
    expect(Math.abs(line.pcm.length - 1220 * 8)).toBeLessThanOrEqual(160);
  });

  it('does not take jitter of less than 60 ms for silence', () => {
    const line = new Line();
    for (let i = 0; i < 100; i += 1) {
      line.inbound.tick(i * 20);
      line.packet(i * 20 + (i % 3) * 15, i, i * 160);
    }
    expect(line.share('silence')).toBe(0);
    expect(line.pcm.length).toBe(16_000);
  });

  it('follows a sender whose clock is off by 200 ppm for half an hour', () => {
    for (const drift of [1.0002, 0.9998]) {
      const line = new Inbound(
        options,
        format,
        undefined,
        {
          frame: (_, __, count, origin) => {
            if (origin === 'voice') voiced += count;
            else filled += count;
          },
          key: () => undefined,
          setLineRate: () => undefined,
        },
        1,
      );
      let voiced = 0;
      let filled = 0;
      const bytes = new Uint8Array(172);
      bytes.set(speech(0), 12);
      const rtp = new RtpPacket();
      for (let i = 0; i < 90_000; i += 1) {
        writeRtpHeader(bytes, false, 0, i & 0xffff, (i * 160) >>> 0, 9);
        rtp.read(bytes);
        line.packet(i * 20 * drift, rtp, bytes);
        line.tick(i * 20 * drift + 9);
      }
      expect([voiced, filled]).toEqual([90_000 * 160, 0]);
    }
  });

  it('is not torn by timestamps whose steps are a sample or two off', () => {
    const line = new Line();
    let timestamp = 0;
    for (let i = 0; i < 500; i += 1) line.packet(i * 20, i, (timestamp += 158 + ((i * 7) % 5)));
    expect([line.share('voice'), line.share('silence'), line.share('concealed')]).toEqual([80_000, 0, 0]);
  });

  it.each([40, 60])('does not fill between packets of %i ms that come a little late', (ptimeMs) => {
    const line = new Line();
    for (let i = 0; i < 100; i += 1) {
      const atMs = i * ptimeMs + (i % 3) * 12;
      for (let tick = 10; tick < ptimeMs + 12; tick += 10)
        if (i > 0) line.inbound.tick(Math.min(atMs, (i - 1) * ptimeMs + ((i - 1) % 3) * 12 + tick));
      line.packet(atMs, i, i * ptimeMs * 8, speech(0, ptimeMs * 8));
    }
    expect(line.share('silence')).toBe(0);
  });

  it('does not count the packets of a key as jitter', () => {
    const line = new Line();
    for (let i = 0; i < 50; i += 1) line.packet(i * 20, i, i * 160);
    for (let i = 0; i < 50; i += 1) line.packet(1000 + i * 20, 50 + i, 8000, Uint8Array.of(5, 10, (i * 160) >> 8, (i * 160) & 0xff), 101);
    for (let i = 0; i < 5; i += 1) line.packet(2000 + i * 20, 100 + i, 16_000 + i * 160);
    expect(line.inbound.stats.jitterMs).toBeLessThan(1);
  });

  it('goes on after a timestamp jump and after a new SSRC', () => {
    const line = new Line();
    for (let i = 0; i < 5; i += 1) line.packet(i * 20, i, i * 160);
    line.packet(100, 5, 3_000_000_000);
    line.packet(120, 6, 3_000_000_160);
    line.packet(140, 40_000, 77, undefined, 0, 1234);
    line.packet(160, 40_001, 237, undefined, 0, 1234);
    expect(line.pcm.length).toBe(9 * 160);
    expect(line.inbound.stats.lost).toBe(0);
  });

  it('plays the announced comfort noise at once, and never as voice', () => {
    const line = new Line();
    for (let i = 0; i < 5; i += 1) line.packet(i * 20, i, i * 160);
    line.packet(100, 5, 800, Uint8Array.of(60), 13);
    for (let at = 110; at <= 300; at += 10) line.inbound.tick(at);
    expect(line.share('silence')).toBe(1600);
    const noise = Int16Array.from(line.pcm.slice(800));
    expect(rms(noise)).toBeGreaterThan(20);
    expect(rms(noise)).toBeLessThan(60);
    // Speech again: the timestamp went on.
    line.packet(300, 6, 800 + 1600);
    expect(line.pcm.length).toBe(800 + 1600 + 160);
  });

  it('reports keys, and fills the line while they are pressed', () => {
    const line = new Line();
    for (let i = 0; i < 5; i += 1) line.packet(i * 20, i, i * 160);
    const event = (duration: number, end: boolean) => Uint8Array.of(5, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff);
    for (let i = 0; i < 5; i += 1) line.packet(100 + i * 20, 5 + i, 800, event((i + 1) * 160, i === 4), 101);
    line.packet(200, 10, 1600);
    expect(line.keys).toEqual(['5']);
    expect(line.pcm.length).toBe(1760);
    expect(line.inbound.stats.lost).toBe(0);
  });

  it('counts payload types that were not agreed on', () => {
    const line = new Line();
    line.packet(0, 0, 0, undefined, 9);
    expect(line.inbound.malformed).toBe(1);
    expect(line.pcm.length).toBe(0);
  });

  it('survives a packet of absurd length and one without payload', () => {
    const line = new Line();
    line.packet(0, 0, 0, new Uint8Array(9000));
    line.packet(20, 1, 9000, new Uint8Array(0));
    line.packet(40, 2, 9000);
    expect(line.pcm.length).toBeGreaterThan(0);
  });
});
