import { beforeAll, describe, expect, it } from 'vitest';
import { opusHasFec } from '../codec/opus-packet.ts';
import { opusPacketSamples } from '../testing/opus-packet-samples.ts';
import type { OpusLibrary, OpusSettings } from '../codec/opus-library.ts';
import { amplitude, rms, tone } from '../dsp/test-signals.ts';
import { voiceLike } from '../dsp/test-voice.ts';
import { loadOpus } from './opus.ts';

const SETTINGS: OpusSettings = { bitrate: 32_000, complexity: 5, inbandFec: false, packetLossPercent: 0 };
let opus: OpusLibrary;
beforeAll(async () => {
  opus = await loadOpus();
});

function encodeAll(pcm: Int16Array, settings: Partial<OpusSettings> = {}): Uint8Array[] {
  const encoder = opus.createEncoder({ ...SETTINGS, ...settings });
  const packets: Uint8Array[] = [];
  const into = new Uint8Array(1275);
  for (let at = 0; at + 480 <= pcm.length; at += 480) packets.push(into.slice(0, encoder.encode(pcm.subarray(at, at + 480), 480, into, 0)));
  encoder.close();
  return packets;
}

/** `lost`: which packets never arrive; the one before a gap's end is taken from FEC where that is allowed, else concealed. */
function decodeAll(packets: readonly Uint8Array[], lost: ReadonlySet<number> = new Set(), fec = true): Int16Array {
  const decoder = opus.createDecoder();
  const pcm = new Int16Array(packets.length * 320);
  const frame = new Int16Array(1920);
  packets.forEach((packet, i) => {
    const next = packets[i + 1];
    if (!lost.has(i)) expect(decoder.decode(packet, 0, packet.length, frame)).toBe(320);
    else if (fec && next !== undefined && !lost.has(i + 1)) decoder.decodeFec(next, 0, next.length, frame, 320);
    else decoder.conceal(frame, 320);
    pcm.set(frame.subarray(0, 320), i * 320);
  });
  decoder.close();
  return pcm;
}

function errorAgainst(a: Int16Array, b: Int16Array, from: number, to: number): number {
  return rms(Int16Array.from({ length: to - from }, (_, i) => Math.max(-32768, Math.min(32767, a[from + i]! - b[from + i]!))));
}

describe('Opus', () => {
  it('takes 24 kHz and gives 16 kHz, level and pitch kept', () => {
    const pcm = decodeAll(encodeAll(tone(440, 24_000, 24_000)));
    expect(amplitude(pcm, 440, 16_000, 3200, 12_800)).toBeGreaterThan(9000);
    expect(amplitude(pcm, 440, 16_000, 3200, 12_800)).toBeLessThan(11_000);
  });

  it('delays by 6.5 ms, nothing more', () => {
    const click = new Int16Array(24_000);
    for (let i = 0; i < 240; i += 1)
      click[9600 + i] = Math.round(12_000 * Math.sin((Math.PI * i) / 240) * Math.sin((2 * Math.PI * 600 * i) / 24_000));
    const pcm = decodeAll(encodeAll(click));
    let weight = 0;
    let sum = 0;
    for (let i = 0; i < pcm.length; i += 1) {
      weight += pcm[i]! ** 2;
      sum += i * pcm[i]! ** 2;
    }
    const centreMs = sum / weight / 16;
    expect(centreMs - (400 + 5)).toBeGreaterThan(4);
    expect(centreMs - (400 + 5)).toBeLessThan(9);
  });

  it('carries the frame before where losses are expected, and says so', () => {
    const voice = voiceLike(24_000, 2000);
    const share = (packets: readonly Uint8Array[]) =>
      packets.filter((packet) => opusHasFec(packet, 0, packet.length)).length / packets.length;
    expect(share(encodeAll(voice))).toBe(0);
    expect(share(encodeAll(voice, { inbandFec: true, packetLossPercent: 15 }))).toBeGreaterThan(0.4);
  });

  it('repairs a lost frame better by FEC than by concealment', () => {
    const packets = encodeAll(voiceLike(24_000, 3000), { inbandFec: true, packetLossPercent: 20 });
    const lost = new Set(
      packets.flatMap((_, i) => (i > 10 && i % 10 === 3 && opusHasFec(packets[i + 1] ?? new Uint8Array(0), 0, 9) ? [i] : [])),
    );
    expect(lost.size).toBeGreaterThan(4);
    const whole = decodeAll(packets);
    let byFec = 0;
    let byConcealment = 0;
    const repaired = decodeAll(packets, lost);
    const concealed = decodeAll(packets, lost, false);
    for (const i of lost) {
      byFec += errorAgainst(repaired, whole, i * 320, (i + 1) * 320);
      byConcealment += errorAgainst(concealed, whole, i * 320, (i + 1) * 320);
    }
    expect(byFec).toBeLessThan(byConcealment * 0.7);
  });

  it('changes its settings while it runs', () => {
    const encoder = opus.createEncoder(SETTINGS);
    const into = new Uint8Array(1275);
    const voice = voiceLike(24_000, 4000);
    const size = (from: number) => {
      let bytes = 0;
      for (let i = from; i < from + 60; i += 1) bytes += encoder.encode(voice.subarray(i * 480, (i + 1) * 480), 480, into, 0);
      return bytes;
    };
    const before = size(0);
    encoder.set({ bitrate: 12_000, complexity: 1 });
    expect(size(60)).toBeLessThan(before * 0.75);
    encoder.close();
  });

  it('mixes stereo', async () => {
    const { createEncoder, Application } = await import('libopus-wasm');
    const encoder = await createEncoder({ sampleRate: 48_000, channels: 2, application: Application.Audio });
    const left = tone(440, 48_000, 48_000, 8000);
    const packets: Uint8Array[] = [];
    for (let at = 0; at < left.length; at += 960)
      packets.push(encoder.encode(Int16Array.from({ length: 1920 }, (_, i) => (i % 2 === 0 ? left[at + i / 2]! : 0))));
    encoder.free();
    const pcm = decodeAll(packets);
    expect(amplitude(pcm, 440, 16_000, 3200, 12_800)).toBeGreaterThan(3000);
  });

  it('takes every length of packet', () => {
    const decoder = opus.createDecoder();
    const frame = new Int16Array(1920);
    for (const [ms, count] of [
      [10, 240],
      [20, 480],
      [40, 960],
      [60, 1440],
    ] as const) {
      const encoder = opus.createEncoder(SETTINGS);
      const into = new Uint8Array(1275);
      const bytes = encoder.encode(tone(300, 24_000, count), count, into, 0);
      expect(opusPacketSamples(into, 0, bytes, 16_000)).toBe(ms * 16);
      expect(decoder.decode(into, 0, bytes, frame)).toBe(ms * 16);
      encoder.close();
    }
    decoder.close();
  });

  it('answers whatever comes, and goes on', () => {
    const decoder = opus.createDecoder();
    const frame = new Int16Array(1920);
    let seed = 7;
    const random = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 8;
    const good = encodeAll(voiceLike(24_000, 400));
    let refused = 0;
    for (let i = 0; i < 4000; i += 1) {
      const bytes = Uint8Array.from({ length: random() % 400 }, () => random());
      // Half of them begin as good packets do.
      if (i % 2 === 0) bytes.set(good[i % good.length]!.subarray(0, Math.min(bytes.length, random() % 30)));
      const samples = decoder.decode(bytes, 0, bytes.length, frame);
      if (samples < 0) refused += 1;
      else expect(samples).toBeLessThanOrEqual(1920);
      decoder.decodeFec(bytes, 0, bytes.length, frame, 320);
      opusHasFec(bytes, 0, bytes.length);
      opusPacketSamples(bytes, 0, bytes.length, 16_000);
    }
    expect(refused).toBeGreaterThan(100);
    expect(decoder.decode(new Uint8Array(9000), 0, 9000, frame)).toBe(-1);
    expect(decoder.decode(good[5]!, 0, good[5]!.length, frame)).toBe(320);
    decoder.close();
    expect(decoder.decode(good[5]!, 0, good[5]!.length, frame)).toBe(-1);
  });

  it('holds hundreds of codecs in one thread and gives their memory back', async () => {
    const fresh = await loadOpus();
    const round = () => {
      const codecs = Array.from({ length: 300 }, () => [fresh.createEncoder(SETTINGS), fresh.createDecoder()] as const);
      const into = new Uint8Array(1275);
      for (const [encoder] of codecs) expect(encoder.encode(tone(300, 24_000, 480), 480, into, 0)).toBeGreaterThan(0);
      for (const codec of codecs.flat()) {
        codec.close();
        codec.close();
      }
    };
    const heapBytes = () => fresh.memoryBytes;
    round();
    const after = heapBytes();
    for (let i = 0; i < 4; i += 1) round();
    expect(heapBytes()).toBe(after);
  });
});
