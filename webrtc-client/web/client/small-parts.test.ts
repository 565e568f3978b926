import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivalJitter } from './arrival-jitter.ts';
import { levelDbov } from './level.ts';
import { bytesOf, samplesOf } from './pcm-bytes.ts';
import { serverUrl, webSocketUrl } from './server-url.ts';

describe('levels', () => {
  it('are dBov', () => {
    expect(levelDbov(new Float32Array(100).fill(1))).toBe(0);
    expect(levelDbov(Float32Array.from({ length: 4_800 }, (_, index) => Math.sin(index / 10)))).toBeCloseTo(-3.01, 1);
    expect(levelDbov(new Float32Array(100))).toBe(-127);
    expect(levelDbov(new Float32Array(0))).toBe(-127);
    expect(levelDbov(Float32Array.of(Number.NaN))).toBe(-127);
  });
});

describe('PCM16 over the socket', () => {
  it('comes back as it went, little endian', () => {
    fc.assert(
      fc.property(fc.int16Array(), (samples) => {
        expect([...samplesOf(bytesOf(samples))]).toEqual([...samples]);
      }),
    );
    expect([...new Uint8Array(bytesOf(Int16Array.of(1, -2)))]).toEqual([1, 0, 254, 255]);
  });

  it('of an odd number of bytes loses the half sample', () => {
    expect([...samplesOf(new Uint8Array([1, 0, 7]).buffer)]).toEqual([1]);
  });
});

describe('jitter of arrivals', () => {
  it('is nothing for frames that come as they play, and grows with unevenness', () => {
    const even = new ArrivalJitter();
    for (let index = 0; index < 50; index += 1) even.arrived(index * 60, 60);
    expect(even.jitterMs).toBe(0);
    const uneven = new ArrivalJitter();
    for (let index = 0; index < 200; index += 1) uneven.arrived(index * 60 + (index % 2) * 20, 60);
    expect(uneven.jitterMs).toBeCloseTo(20, 0);
  });

  it('does not count the silence between answers', () => {
    const jitter = new ArrivalJitter();
    jitter.arrived(0, 60);
    jitter.arrived(9_000, 60);
    expect(jitter.jitterMs).toBe(0);
  });
});

describe("the server's address", () => {
  it('keeps its path and drops the rest', () => {
    expect(serverUrl('https://bot.example').href).toBe('https://bot.example/');
    expect(serverUrl('https://bot.example:8443/voice?x=1#y').href).toBe('https://bot.example:8443/voice/');
    expect(new URL('webrtc/calls', serverUrl('https://bot.example/voice')).href).toBe('https://bot.example/voice/webrtc/calls');
    expect(webSocketUrl(serverUrl('https://bot.example/voice'), 'ws/audio').href).toBe('wss://bot.example/voice/ws/audio');
    expect(webSocketUrl(serverUrl('http://bot.example'), 'ws/audio').href).toBe('ws://bot.example/ws/audio');
  });

  it('must be one', () => {
    expect(() => serverUrl('ftp://bot.example')).toThrow(/https:\/\//);
    expect(() => serverUrl('javascript:alert(1)')).toThrow(TypeError);
  });
});
