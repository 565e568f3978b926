import { describe, expect, it, vi } from 'vitest';
import { levelDbov } from '../dsp/level.ts';
import { tone } from '../dsp/test-signals.ts';
import type { AudioCodec } from './codecs.ts';
import { L16 } from './testing/l16.ts';
import { PeerCall } from '../testing/peer-call.ts';
import { Call } from '../testing/telephone-call.ts';

/** The row that a new codec takes. */
vi.mock('./codecs.ts', async (original) => {
  const actual = await original<{ CODECS: object }>();
  return { ...actual, CODECS: { ...actual.CODECS, L16: (await import('./testing/l16.ts')).L16 } };
});

const TOY = 'L16' as AudioCodec;
const TOY_TYPE = 96;

/** 20 ms of what the caller says at 16 kHz, as the toy codec carries it. */
function toyPayload(pcm: Int16Array): Uint8Array {
  return Uint8Array.from({ length: pcm.length * 2 }, (_, i) => (i % 2 === 0 ? pcm[i >> 1]! >> 8 : pcm[i >> 1]!));
}

function heardToy(payload: Uint8Array): Int16Array {
  const pcm = new Int16Array(payload.length / 2);
  L16.createDecoder({ concealer: { good: () => undefined } as never, opus: undefined }).decode(payload, 0, payload.length, pcm);
  return pcm;
}

function talk(call: Call, forMs: number, codec: 'PCMU' | 'L16'): void {
  for (const end = call.nowMs + forMs; call.nowMs < end; call.nowMs += 20) {
    call.core.tick(call.nowMs, call.nowMs);
    if (codec === 'PCMU') call.packet(tone(300, 8000, 160));
    else call.payload(toyPayload(tone(300, 16_000, 320)), TOY_TYPE, 160);
  }
}

/** What of the caller was sent up, in levels of 20 ms. */
function upLevels(call: Call): number[] {
  const pcm = call.events.flatMap((event) => (event.kind === 'caller-audio' ? [...event.pcm] : []));
  return Array.from({ length: Math.floor(pcm.length / 320) }, (_, i) =>
    levelDbov(Int16Array.from(pcm.slice(i * 320, i * 320 + 320)), 0, 320),
  );
}

describe('a codec that is two files and a row', () => {
  it('carries both voices of a telephone leg', () => {
    const call = new Call({ codec: TOY, payloadType: TOY_TYPE });
    call.send({ kind: 'set-barge-in', mode: 'off' });
    call.play(1, 1000);
    talk(call, 1000, 'L16');
    expect(call.core.stats()).toMatchObject({ packetsReceived: 50, packetsMalformed: 0, framesConcealed: 0 });
    expect(call.kinds()).toContain('voice-started');
    expect(call.sent.every(({ payload }) => payload.length === 640)).toBe(true);
    // The clock counts 8000 a second although the sound has 16000 samples.
    expect(call.sent[1]!.timestamp - call.sent[0]!.timestamp).toBe(160);
    const levels = call.sent.slice(3, 45).map(({ payload }) => levelDbov(heardToy(payload), 0, 320));
    expect(Math.min(...levels)).toBeGreaterThan(-20);
  });

  it('carries both voices of a browser leg', () => {
    const call = new PeerCall({ codec: TOY, payloadType: TOY_TYPE, nack: true });
    call.play(1, 400);
    for (let i = 0; i < 50; i += 1) {
      call.payload(toyPayload(tone(300, 16_000, 320)), TOY_TYPE, 160);
      call.run(20);
    }
    expect(call.kinds()).toContain('voice-started');
    expect(call.core.stats()).toMatchObject({ packetsReceived: 50, packetsMalformed: 0 });
    expect(call.sent.filter(({ payloadBytes }) => payloadBytes === 640).length).toBeGreaterThan(20);
  });

  it('conceals what was lost at its own rate', () => {
    const call = new Call({ codec: TOY, payloadType: TOY_TYPE });
    const voice = tone(300, 16_000, 16_000);
    for (let i = 0; i < 50; i += 1) {
      call.core.tick(call.nowMs, call.nowMs);
      const payload = toyPayload(voice.subarray(i * 320, i * 320 + 320));
      if (i % 10 === 9) call.lose(160);
      else call.payload(payload, TOY_TYPE, 160);
      call.nowMs += 20;
    }
    expect(call.core.stats().framesConcealed).toBeGreaterThanOrEqual(4);
    const levels = upLevels(call).slice(8);
    expect(Math.min(...levels)).toBeGreaterThan(-20);
  });
});

describe('another codec in a re-INVITE', () => {
  it('a caller whose telephone changes to a wide codec and back is heard all the time, and hears the bot all the time', () => {
    const call = new Call();
    call.send({ kind: 'set-barge-in', mode: 'off' });
    call.play(1, 3000);
    talk(call, 600, 'PCMU');
    call.core.update(call.nowMs, { codec: TOY, payloadType: TOY_TYPE, ptimeMs: 20 });
    // What was under way still comes by the old one.
    talk(call, 60, 'PCMU');
    talk(call, 600, 'L16');
    call.core.update(call.nowMs, { codec: 'PCMU', payloadType: 0, ptimeMs: 20 });
    talk(call, 60, 'L16');
    talk(call, 600, 'PCMU');
    expect(call.core.stats()).toMatchObject({ packetsMalformed: 0, packetsLost: 0, framesConcealed: 0 });
    expect(call.kinds().filter((kind) => kind === 'voice-started')).toHaveLength(1);
    expect(call.kinds()).not.toContain('voice-stopped');
    const up = upLevels(call).slice(8);
    expect(up.length).toBeGreaterThan(80);
    expect(up.filter((level) => level < -20)).toEqual([]);

    expect(call.sent.map(({ payloadType }) => payloadType).filter((type, i, all) => type !== all[i - 1])).toEqual([0, TOY_TYPE, 0]);
    call.sent.forEach(({ sequence, timestamp }, i) => {
      if (i === 0) return;
      expect((sequence - call.sent[i - 1]!.sequence) & 0xffff).toBe(1);
      expect((timestamp - call.sent[i - 1]!.timestamp) >>> 0).toBe(160);
    });
    const out = call.sent.map(({ payload, payloadType, levelDbov: level }) =>
      payloadType === TOY_TYPE ? levelDbov(heardToy(payload), 0, 320) : level,
    );
    expect(out.slice(2).filter((level) => level < -20)).toEqual([]);
  });

  it('keys, echo and hold go on after it', () => {
    const call = new Call();
    talk(call, 200, 'PCMU');
    call.core.update(call.nowMs, { codec: TOY, payloadType: TOY_TYPE, ptimeMs: 40, telephoneEventPayloadType: 101 });
    talk(call, 200, 'L16');
    call.key('5', 800, true);
    expect(call.first('dtmf')).toMatchObject({ digit: '5', durationMs: 100 });
    call.send({ kind: 'set-echo', on: true });
    const fromMs = call.nowMs;
    talk(call, 800, 'L16');
    const echo = call.sent.filter(({ atMs }) => atMs > fromMs + 200);
    expect(echo.map(({ payload }) => payload.length)).toContain(1280);
    expect(levelDbov(heardToy(echo.at(-1)!.payload), 0, 640)).toBeGreaterThan(-20);
    call.core.update(call.nowMs, { held: true, direction: 'recvonly' });
    const before = call.sent.length;
    talk(call, 200, 'L16');
    expect(call.sent.length).toBe(before);
  });

  it('the codec of before is understood until the new one comes, and not any more then', () => {
    const call = new Call();
    talk(call, 100, 'PCMU');
    call.core.update(call.nowMs, { codec: TOY, payloadType: TOY_TYPE, ptimeMs: 20 });
    talk(call, 100, 'PCMU');
    talk(call, 100, 'L16');
    expect(call.core.stats().packetsMalformed).toBe(0);
    talk(call, 100, 'PCMU');
    expect(call.core.stats().packetsMalformed).toBe(5);
  });
});
