import { expect, it } from 'vitest';
import { FieldCall, keyPayload, voice } from './field-call.ts';

it.each([3, 5, 8, 12])('a caller whose packets come in bursts of %i, as by a radio that saves power, is not torn apart', (burst) => {
  const call = new FieldCall();
  for (let i = 0; i < 240; i += 1)
    call.arrives(Math.floor(i / burst) * burst * 20 + (i % burst) * 0.1, { sequence: i, timestamp: i * 160 });
  call.until(4_900);
  expect(call.sound()).toEqual({ soundMs: expect.closeTo(4_800, -2), holes: 0 });
  expect(call.line().length / 16).toBeLessThan(5_000);
});

it('a caller who sends ahead and then tells pauses that were none is heard without them', () => {
  const call = new FieldCall();
  for (let i = 0; i < 160; i += 1)
    call.arrives(Math.floor(i / 4) * 80 + (i % 4), { sequence: i, timestamp: i * 160 + Math.floor(i / 4) * 560 });
  call.until(3_300);
  expect(call.sound()).toEqual({ soundMs: expect.closeTo(3_200, -2), holes: 0 });
});

it.each([
  ['of a type that was never agreed on (RFC 6263)', 126, 0],
  ['of the type of the voice, without a payload', 0, 0],
  ['of a type that was never agreed on, with something in them', 121, 40],
])('packets in the sequence that only keep the path open, %s, neither hold the voice back nor count as lost', (_, payloadType, bytes) => {
  const call = new FieldCall();
  let sequence = 0;
  for (let i = 0; i < 200; i += 1) {
    call.arrives(i * 20, { sequence: sequence++, timestamp: i * 160 });
    if (i % 10 === 9) call.arrives(i * 20 + 5, { sequence: sequence++, timestamp: i * 160, payloadType, payload: new Uint8Array(bytes) });
  }
  call.until(4_100);
  expect(call.stats()).toMatchObject({ packetsLost: 0, framesConcealed: 0 });
  expect(call.sound()).toEqual({ soundMs: expect.closeTo(4_000, -2), holes: 0 });
});

it('what comes of a type that was never agreed on begins no stream and moves none', () => {
  const call = new FieldCall();
  for (let i = 0; i < 50; i += 1) call.arrives(i * 20, { sequence: 9_000 + i, timestamp: i, ssrc: 77, payloadType: 126 });
  for (let i = 0; i < 50; i += 1) {
    call.arrives(1_000 + i * 20, { sequence: i, timestamp: i * 160 });
    call.arrives(1_001 + i * 20, { sequence: 9_050 + i, timestamp: i, ssrc: 77, payloadType: 126 });
    call.arrives(1_002 + i * 20, { sequence: 30_000 + i, timestamp: i, payloadType: 126 });
  }
  call.until(2_100);
  expect(call.sound()).toEqual({ soundMs: expect.closeTo(1_000, -2), holes: 0 });
  expect(call.stats()).toMatchObject({ packetsLost: 0, packetsMalformed: 150 });
});

it('a key whose packets have a hole of more than a second in its middle is one key', () => {
  const call = new FieldCall();
  [160, 320].forEach((duration, i) =>
    call.arrives(i * 20, { sequence: i, timestamp: 8_000, marker: i === 0, payloadType: 101, payload: keyPayload('1', duration, false) }),
  );
  [0, 1, 2].forEach((i) =>
    call.arrives(1_700 + i, { sequence: 2 + i, timestamp: 8_000, payloadType: 101, payload: keyPayload('1', 13_568, true) }),
  );
  call.arrives(2_000, { sequence: 5, timestamp: 24_000, payloadType: 101, payload: keyPayload('1', 800, true) });
  call.until(2_300);
  expect(call.keys).toBe('11');
});

it('keys all of whose packets come at once, that begin with a duration of 0, or that never have a marker, count once each', () => {
  const call = new FieldCall();
  let sequence = 0;
  for (const [key, digit] of [...'1122#'].entries()) {
    for (const duration of [0, 160, 320, 480, 640, 640, 640]) {
      const end = duration === 640;
      call.arrives(key * 250, {
        sequence: sequence++,
        timestamp: key * 2_000,
        payloadType: 101,
        payload: keyPayload(digit, duration, end),
      });
    }
  }
  call.until(1_600);
  expect(call.keys).toBe('1122#');
});

it('a transfer behind the same address, to a stream of another SSRC whose sequence lies far behind, is heard at once', () => {
  const call = new FieldCall();
  for (let i = 0; i < 100; i += 1) call.arrives(i * 20, { sequence: 21_194 + i, timestamp: i * 160, ssrc: 1 });
  for (let i = 0; i < 100; i += 1) call.arrives(2_000 + i * 20, { sequence: 12_676 + i, timestamp: 900_000 + i * 160, ssrc: 2 });
  call.until(4_100);
  expect(call.sound()).toEqual({ soundMs: expect.closeTo(4_000, -2), holes: 0 });
});

it('packets with twice or half the payload that their timestamps tell are heard as they are', () => {
  for (const samples of [80, 320]) {
    const call = new FieldCall();
    for (let i = 0; i < 200; i += 1) call.arrives(i * (samples / 8), { sequence: i, timestamp: i * 160, payload: voice(samples) });
    call.until(200 * (samples / 8) + 90);
    expect([samples, call.sound()]).toEqual([samples, { soundMs: expect.closeTo(25 * samples, -2), holes: 0 }]);
  }
});

it('a telephone that comes off hold with a packet it had kept, and only then tells how long it was away, is not silent for twice that time', () => {
  const call = new FieldCall();
  for (let i = 0; i < 50; i += 1) call.arrives(i * 20, { sequence: i, timestamp: i * 160 });
  call.arrives(4_000, { sequence: 50, timestamp: 50 * 160 });
  for (let i = 0; i < 50; i += 1) call.arrives(4_020 + i * 20, { sequence: 51 + i, timestamp: (201 + i) * 160 });
  call.until(5_050);
  expect(call.sound()).toEqual({ soundMs: expect.closeTo(2_000, -2), holes: 1 });
  expect(call.line().length / 16).toBeGreaterThan(4_850);
  expect(call.line().length / 16).toBeLessThan(5_150);
});

it('single packets whose timestamps are far off, forwards or backwards, do not disturb those around them', () => {
  const call = new FieldCall();
  for (let i = 0; i < 300; i += 1)
    call.arrives(i * 20, { sequence: i, timestamp: i % 25 === 13 ? (i % 2 === 0 ? 4_294_000_000 : 5) : i * 160 });
  call.until(6_100);
  expect(call.sound()).toEqual({ soundMs: expect.closeTo(6_000, -2), holes: 0 });
});

it('a telephone whose timestamps lag behind after each pause is heard with its pauses as long as they were', () => {
  const call = new FieldCall();
  for (let i = 0; i < 150; i += 1) call.arrives(Math.floor(i / 25) * 1_000 + (i % 25) * 20, { sequence: i, timestamp: i * 160 });
  call.until(5_990);
  expect(call.sound()).toEqual({ soundMs: expect.closeTo(3_000, -2), holes: 5 });
  expect(call.line().length / 16).toBeGreaterThan(5_800);
  expect(call.line().length / 16).toBeLessThan(6_050);
});
