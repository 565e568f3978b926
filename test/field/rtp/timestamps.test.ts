import { describe, expect, it } from 'vitest';
import { FieldCall, voice } from './field-call.ts';

/** Packets of 20 ms in time and in order, whose timestamps are whatever the sender makes of them. */
function speak(call: FieldCall, count: number, timestampOf: (i: number) => number, samples = 160): void {
  for (let i = 0; i < count; i += 1) call.arrives(i * 20, { sequence: 100 + i, timestamp: timestampOf(i), payload: voice(samples) });
  call.until(count * 20 + 100);
}

describe('the bot stopped understanding a caller whose telephone', () => {
  it('jumps its timestamps while it goes on speaking', () => {
    const call = new FieldCall();
    speak(call, 600, (i) => i * 160 + Math.floor(i / 2) * 40_000);
    expect(call.stats().packetsMalformed).toBe(0);
    expect(call.sound().soundMs).toBeGreaterThan(11_900);
    expect(call.sound().holes).toBe(0);
  });

  it.each([
    ['counts twice as fast as it samples', 320],
    ['counts as if it sampled at 48 kHz', 960],
    ['counts half as fast as it samples', 80],
    ['does not count at all', 0],
    ['counts backwards', -160],
  ])('%s', (_, step) => {
    const call = new FieldCall();
    speak(call, 1_000, (i) => 5_000_000 + i * step);
    expect(call.stats().packetsMalformed).toBe(0);
    expect(call.sound().soundMs).toBeGreaterThan(19_900);
    expect(call.sound().holes).toBe(0);
  });

  it('is off by a sample or two in every step', () => {
    const call = new FieldCall();
    let timestamp = 0;
    speak(call, 500, (i) => (timestamp += 158 + ((i * 7) % 5)));
    expect(call.sound()).toEqual({ soundMs: expect.closeTo(10_000, -2), holes: 0 });
    // Each hole was a sample or two: 40 a second made the line longer.
    expect(call.line().length / 16 - 500 * 20).toBeLessThan(110);
  });

  it('takes timestamps out of nowhere', () => {
    const call = new FieldCall();
    speak(call, 600, (i) => (i * 2_654_435_761) >>> 0);
    expect(call.stats().packetsMalformed).toBe(0);
    expect(call.sound()).toEqual({ soundMs: expect.closeTo(12_000, -2), holes: 0 });
  });

  it('starts its sequence anew without saying so, forwards, backwards, or to just before', () => {
    for (const restart of [30_000, 50, 60_000, 230]) {
      const call = new FieldCall();
      for (let i = 0; i < 300; i += 1) call.arrives(i * 20, { sequence: i < 150 ? 100 + i : restart + i - 150, timestamp: i * 160 });
      call.until(6_100);
      expect([restart, call.sound().soundMs]).toEqual([restart, expect.closeTo(6_000, -2)]);
      expect(call.stats().packetsMalformed).toBe(0);
    }
  });

  it('starts its sequence and its timestamps anew without saying so', () => {
    for (const restart of [30_000, 50, 230]) {
      const call = new FieldCall();
      for (let i = 0; i < 300; i += 1)
        call.arrives(i * 20, { sequence: i < 150 ? 100 + i : restart + i - 150, timestamp: i < 150 ? 900_000 + i * 160 : i * 160 });
      call.until(6_100);
      expect([restart, call.sound().soundMs]).toEqual([restart, expect.closeTo(6_000, -2)]);
    }
  });

  it('changes its SSRC every second, with packets of the old one still under way', () => {
    const call = new FieldCall();
    for (let i = 0; i < 300; i += 1) {
      const stream = Math.floor(i / 50);
      call.arrives(i * 20, { sequence: stream * 9_000 + i, timestamp: stream * 777_777 + i * 160, ssrc: 10 + stream });
      if (i % 50 === 20)
        call.arrives(i * 20 + 1, { sequence: stream * 9_000 + i + 2, timestamp: stream * 777_777 + (i + 2) * 160, ssrc: 10 + stream });
    }
    call.until(6_100);
    expect(call.sound()).toEqual({ soundMs: expect.closeTo(6_000, -2), holes: 0 });
  });

  it.each([10, 30, 40, 60])('changes to packets of %i ms in the middle', (ptimeMs) => {
    const call = new FieldCall();
    let at = 0;
    for (let i = 0; at < 6_000; i += 1) {
      const samples = at < 3_000 ? 160 : ptimeMs * 8;
      call.arrives(at, { sequence: i, timestamp: at * 8, payload: voice(samples) });
      at += samples / 8;
    }
    call.until(6_100);
    expect(call.sound()).toEqual({ soundMs: expect.closeTo(6_000, -2), holes: 0 });
  });
});

describe('time that a caller was silent is as long as it was', () => {
  it('where the telephone pauses and its timestamps tell (discontinuous transmission)', () => {
    const call = new FieldCall();
    let sequence = 0;
    for (let second = 0; second < 6; second += 1) {
      for (let i = 0; i < 25; i += 1) call.arrives(second * 1_000 + i * 20, { sequence: sequence++, timestamp: second * 8_000 + i * 160 });
    }
    call.until(5_990);
    expect(call.line().length / 16).toBeGreaterThan(5_800);
    expect(call.line().length / 16).toBeLessThan(6_050);
    expect(call.sound()).toEqual({ soundMs: expect.closeTo(3_000, -2), holes: 5 });
  });

  it('where it announces comfort noise and then pauses (RFC 3389)', () => {
    const call = new FieldCall();
    let sequence = 0;
    for (let second = 0; second < 6; second += 1) {
      for (let i = 0; i < 25; i += 1) call.arrives(second * 1_000 + i * 20, { sequence: sequence++, timestamp: second * 8_000 + i * 160 });
      call.arrives(second * 1_000 + 500, {
        sequence: sequence++,
        timestamp: second * 8_000 + 4_000,
        payloadType: 13,
        payload: Uint8Array.of(60),
      });
    }
    call.until(5_990);
    expect(call.line().length / 16).toBeGreaterThan(5_800);
    expect(call.line().length / 16).toBeLessThan(6_050);
    expect(call.sound()).toEqual({ soundMs: expect.closeTo(3_000, -2), holes: 5 });
  });

  it('where it jumps its timestamps only after each pause', () => {
    const call = new FieldCall();
    let sequence = 0;
    for (let second = 0; second < 6; second += 1) {
      for (let i = 0; i < 25; i += 1)
        call.arrives(second * 1_000 + i * 20, { sequence: sequence++, timestamp: second * 1_000_000 + i * 160 });
    }
    call.until(5_990);
    expect(call.line().length / 16).toBeGreaterThan(5_800);
    expect(call.line().length / 16).toBeLessThan(6_050);
    expect(call.sound().soundMs).toBeCloseTo(3_000, -2);
  });

  it('where packets are lost: as long as what was lost, whatever the timestamps say', () => {
    for (const step of [160, 320, 0]) {
      const call = new FieldCall();
      for (let i = 0; i < 500; i += 1) if (i % 10 !== 5) call.arrives(i * 20, { sequence: i, timestamp: i * step });
      call.until(10_090);
      expect([step, call.stats().framesConcealed]).toEqual([step, 50]);
      expect(call.line().length / 16).toBeGreaterThan(9_900);
      expect(call.line().length / 16).toBeLessThan(10_150);
    }
  });
});
