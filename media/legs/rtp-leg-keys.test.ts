import { describe, expect, it } from 'vitest';
import { samples } from '#domain/units';
import { tone } from '../dsp/test-signals.ts';
import { Call } from '../testing/telephone-call.ts';

describe('keys that the bot presses', () => {
  const press = (call: Call, keys: string): void => {
    call.send({ kind: 'mark-keys', turnId: 1, pieceId: 7, keys, toneSamples: samples(2400), pauseSamples: samples(2400) });
    const pcm = new Int16Array(4800 * keys.length);
    for (let at = 0; at < keys.length; at += 1) pcm.set(tone(700, 24_000, 2400), at * 4800);
    call.send({ kind: 'play', turnId: 1, pieceId: 7, pcm });
    call.send({ kind: 'play-end', turnId: 1 });
  };

  it('leave as telephone events in the place of their tones', () => {
    const call = new Call();
    call.run(100);
    press(call, '44#');
    call.run(1000);
    expect(call.pressed).toEqual([
      { digit: '4', durationMs: 100 },
      { digit: '4', durationMs: 100 },
      { digit: '#', durationMs: 100 },
    ]);
    const events = call.sent.filter(({ payloadType }) => payloadType === 101);
    expect(events.filter(({ marker }) => marker)).toHaveLength(3);
    expect(events).toHaveLength(3 * (5 + 3));
    expect(call.sent.every(({ sequence }, i) => i === 0 || sequence === ((call.sent[i - 1]!.sequence + 1) & 0xffff))).toBe(true);
    const audio = call.sent.filter(({ payloadType }) => payloadType === 0);
    expect((audio.at(-1)!.timestamp - audio[0]!.timestamp) >>> 0).toBe(54 * 160);
    expect(call.loud().filter(({ payloadType }) => payloadType === 0)).toEqual([]);
    expect(call.first('playout-finished')).toMatchObject({ turnId: 1 });
  });

  it('leave as tones where no telephone events were agreed on', () => {
    const call = new Call();
    call.core.update(call.nowMs, { codec: 'PCMU', payloadType: 0, ptimeMs: 20 });
    press(call, '4');
    call.run(400);
    expect(call.pressed).toEqual([]);
    expect(call.loud().length).toBeGreaterThanOrEqual(5);
  });

  it('come up when the turn is broken off', () => {
    const call = new Call();
    press(call, '4');
    call.run(60);
    call.send({ kind: 'abort-turn', turnId: 1 });
    call.run(200);
    expect(call.pressed).toEqual([{ digit: '4', durationMs: 60 }]);
    expect(call.sent.filter(({ payloadType }) => payloadType === 101)).toHaveLength(6);
    // The 4 ms that fade out what was cut.
    expect(call.loud().filter(({ payloadType }) => payloadType === 0).length).toBeLessThanOrEqual(1);
  });

  it('are one press where the caller was on hold in its middle', () => {
    const call = new Call();
    press(call, '4');
    call.run(60);
    call.core.update(call.nowMs, { direction: 'inactive', held: true });
    call.run(100);
    call.core.update(call.nowMs, { direction: 'sendrecv', held: false });
    call.run(600);
    expect(call.pressed).toEqual([{ digit: '4', durationMs: 100 }]);
    expect(new Set(call.sent.filter(({ payloadType }) => payloadType === 101).map(({ timestamp }) => timestamp)).size).toBe(1);
  });
});
