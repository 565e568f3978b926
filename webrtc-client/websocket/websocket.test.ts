import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originAllowed, readRequest } from './access.ts';
import { BotStream, controlFrame } from './bot-stream.ts';
import { CallerAudio } from './caller-audio.ts';
import { readClientFrame } from './client-frame.ts';
import { closingOf } from './close-reason.ts';
import { WebSocketLegState } from './leg-state.ts';
import { PcmReader } from './pcm-reader.ts';

const bytesOf = (pcm: readonly number[]) => new Uint8Array(Int16Array.from(pcm).buffer);

describe('PcmReader', () => {
  it('gives the samples that were sent, however they were cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (pcm, sizes) => {
          const reader = new PcmReader(5, 20);
          const bytes = bytesOf(pcm);
          const pieces: Int16Array[] = [];
          for (let at = 0, i = 0; at < bytes.length; i += 1) {
            const size = sizes[i % sizes.length]!;
            pieces.push(...reader.read(bytes.subarray(at, at + size)));
            at += size;
          }
          const read = pieces.flatMap((piece) => [...piece]);
          expect(read).toEqual(pcm.slice(0, read.length));
          expect(pcm.length - read.length).toBeLessThan(5 + 1);
          expect(pieces.every((piece) => piece.length >= 5 && piece.length <= 20)).toBe(true);
        },
      ),
    );
  });

  it('keeps to whole samples over bytes that were left out', () => {
    const reader = new PcmReader(1, 100);
    const bytes = bytesOf([1, 2, 3, 4, 5, 6]);
    expect(reader.read(bytes.subarray(0, 3)).map((piece) => [...piece])).toEqual([[1]]);
    reader.skip(2);
    expect(reader.read(bytes.subarray(5)).flatMap((piece) => [...piece])).toEqual([4, 5, 6]);
  });
});

describe('CallerAudio', () => {
  it('holds what comes while the media are opened, the newest of it', () => {
    const caller = new CallerAudio(60_000);
    caller.begin(8_000);
    for (let i = 0; i < 120; i += 1) for (const pcm of caller.read(0, bytesOf(new Array<number>(800).fill(i)))) caller.hold(pcm);
    const held = caller.takeHeld();
    expect([held.length, held[0]![0], held.at(-1)![0]]).toEqual([100, 20, 119]);
    expect([caller.takeHeld(), caller.counters]).toEqual([[], { framesIn: 120, bytesDropped: 0, piecesDropped: 20 }]);
  });
});

describe('BotStream', () => {
  const kinds = (frames: readonly { kind: string }[]) => frames.map(({ kind }) => kind);
  const pcm = new Int16Array(2_400);

  it('frames each turn, and ends one that the next one follows', () => {
    const bot = new BotStream();
    expect(kinds(bot.audio(0, 1, pcm))).toEqual(['audio-start', 'audio']);
    expect(kinds(bot.audio(0, 1, pcm))).toEqual(['audio']);
    expect(kinds(bot.audio(0, 2, pcm))).toEqual(['audio-end', 'audio-start', 'audio']);
    expect(kinds(bot.finished(1))).toEqual([]);
    expect(kinds(bot.finished(2))).toEqual(['audio-end']);
    expect([bot.ended(), bot.playedAtMs]).toEqual([[], 300]);
  });

  it('cancels an aborted turn once, and lets nothing of it or of an earlier one pass', () => {
    const bot = new BotStream();
    bot.audio(0, 2, pcm);
    expect(bot.aborted(10, 1)).toEqual([]);
    expect(kinds(bot.aborted(10, 2))).toEqual(['audio-cancel']);
    expect([bot.aborted(10, 2), bot.audio(10, 2, pcm), bot.audio(10, 1, pcm), bot.stale]).toEqual([[], [], [], 2]);
    expect(kinds(bot.audio(20, 3, pcm))).toEqual(['audio-start', 'audio']);
  });

  it('plays the caller back after any abort: an echo is of no turn', () => {
    const bot = new BotStream();
    bot.aborted(0, 5);
    expect(kinds(bot.audio(0, 0, pcm))).toEqual(['audio-start', 'audio']);
  });

  it('says where the audio is from in the words of the seed', () => {
    expect(JSON.parse(controlFrame({ kind: 'audio-start', turnId: 3 }))).toEqual({
      type: 'audio_start',
      sampleRate: 24_000,
      channels: 1,
      format: 'pcm_s16le',
      turnId: '3',
    });
    expect(JSON.parse(controlFrame({ kind: 'audio-cancel', turnId: 3 }))).toEqual({ type: 'audio_cancel', turnId: '3' });
  });
});

describe('readClientFrame', () => {
  it('knows a start, with and without its fields, and a stop', () => {
    expect(
      readClientFrame(
        '{"type":"start","format":"pcm_s16le","sampleRate":16000,"inputSampleRate":48000,"channels":1,"frameDurationMs":100}',
      ),
    ).toEqual({ kind: 'start', rateHz: 16_000 });
    expect(readClientFrame('{"type":"start"}')).toEqual({ kind: 'start', rateHz: 16_000 });
    expect(readClientFrame('{"type":"stop"}')).toEqual({ kind: 'stop' });
    expect(readClientFrame('{"type":"start","channels":2}')).toMatchObject({ kind: 'unsupported', detail: 'channels 2: must be 1' });
    expect(readClientFrame('{"type":"start","format":"opus"}')).toMatchObject({ kind: 'unsupported' });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readClientFrame(text).kind).toBeTypeOf('string');
      }),
    );
  });
});

describe('access', () => {
  it('reads the query, the header and the subprotocol', () => {
    expect(readRequest('/ws/audio', undefined, [''])).toEqual({ persona: undefined, name: undefined, token: undefined, extended: false });
    expect(readRequest('/ws/audio?persona=chat&protocol=parley.v1&token=t&name=Caller', undefined, [])).toEqual({
      persona: 'chat',
      name: 'Caller',
      token: 't',
      extended: true,
    });
    expect(readRequest('/ws/audio?persona=', 'Bearer abc', ['parley.v1'])).toMatchObject({
      persona: undefined,
      token: 'abc',
      extended: true,
    });
    for (const url of [undefined, '/', '/ws/audio/x', '/WS/AUDIO', '//', `/ws/audio?${'x'.repeat(9_000)}`])
      expect(readRequest(url, undefined, [])).toBeUndefined();
  });

  it('lets pages of the same host call whatever their port, and others only where they are listed', () => {
    const host = 'localhost:3000';
    expect(['http://localhost:8080', 'http://localhost:3000', undefined].map((origin) => originAllowed([], origin, host))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['http://localhost.evil.example', 'null', 'file://', 'http://'].map((origin) => originAllowed([], origin, host))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(originAllowed([], 'http://rebound.example:8080', 'rebound.example:3000')).toBe(false);
    expect([originAllowed(['https://a.example'], 'https://a.example', host), originAllowed(['*'], 'https://b.example', host)]).toEqual([
      true,
      true,
    ]);
  });
});

describe('WebSocketLegState', () => {
  const times = { startMs: 1_000, goneMs: 300 };

  it('rings until the client starts, opens media, is answered', () => {
    const state = new WebSocketLegState(0, times);
    expect(state.handle(5, { kind: 'started', rateHz: 8_000 })).toEqual([{ kind: 'open-media' }]);
    expect([state.handle(6, { kind: 'started', rateHz: 16_000 }), state.rateHz]).toEqual([[], 8_000]);
    expect(state.handle(7, { kind: 'media-opened' })).toEqual([{ kind: 'answered' }]);
    expect(state.handle(8, { kind: 'disconnected', clean: true })).toEqual([
      { kind: 'ended', reason: { by: 'caller', code: 'hangup' }, wasAnswered: true },
      { kind: 'close-media' },
    ]);
    expect([state.handle(9, { kind: 'end', reason: { by: 'bot', code: 'goodbye' } }), state.wakeAtMs]).toEqual([[], undefined]);
  });

  it('pings, and gives up on a client that shows no sign of life', () => {
    const state = new WebSocketLegState(0, times);
    expect([state.wakeAtMs, state.handle(100, { kind: 'wake' })]).toEqual([100, [{ kind: 'ping' }]]);
    state.handle(150, { kind: 'alive' });
    expect(state.handle(320, { kind: 'wake' })).toEqual([{ kind: 'ping' }]);
    expect(state.handle(450, { kind: 'wake' }).at(-1)).toEqual({
      kind: 'ended',
      reason: { by: 'network', code: 'peer-gone' },
      wasAnswered: false,
    });
  });

  it('does not wait for ever for a start, nor for a connection that broke', () => {
    const state = new WebSocketLegState(0, { startMs: 1_000, goneMs: 9_000 });
    expect(state.handle(1_000, { kind: 'wake' })).toMatchObject([{ kind: 'ended', reason: { by: 'network', code: 'connect-timeout' } }]);
    expect(new WebSocketLegState(0, times).handle(1, { kind: 'disconnected', clean: false })).toMatchObject([
      { reason: { by: 'network', code: 'peer-gone' } },
    ]);
  });

  it('does not answer a call whose client left while the media were opened', () => {
    const state = new WebSocketLegState(0, times);
    state.handle(1, { kind: 'started', rateHz: 16_000 });
    expect(state.handle(2, { kind: 'disconnected', clean: true })).toMatchObject([
      { reason: { by: 'caller', code: 'cancelled' }, wasAnswered: false },
    ]);
    expect(state.handle(3, { kind: 'media-opened' })).toEqual([{ kind: 'close-media' }]);
  });
});

describe('closingOf', () => {
  it('has a code for every end, and room for it in a close frame', () => {
    const ends = [
      closingOf({ by: 'caller', code: 'hangup' }),
      closingOf({ by: 'operator', code: 'shutdown' }),
      closingOf({ by: 'system', code: 'max-duration' }),
      closingOf({ by: 'system', code: 'no-ports' }),
      closingOf({ by: 'refused', code: 'no-such-address' }),
      closingOf({ by: 'refused', code: 'too-many-calls' }),
      closingOf({ by: 'network', code: 'media-timeout' }),
    ];
    expect(ends.map(({ closeCode }) => closeCode)).toEqual([1000, 1001, 1000, 1013, 4404, 1013, 4408]);
    expect(ends.every(({ code }) => code.length <= 123)).toBe(true);
  });
});
