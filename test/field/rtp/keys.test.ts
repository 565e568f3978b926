import { describe, expect, it } from 'vitest';
import { FieldCall, keyPayload } from './field-call.ts';

/** One packet of a key: when, its timestamp, its duration, whether it ends the key, its marker. */
type KeyPacket = readonly [atMs: number, timestamp: number, durationTicks: number, end?: boolean, marker?: boolean];

/** The keys that are told of these packets, in one sequence. */
function told(keys: readonly (readonly [digit: string, packets: readonly KeyPacket[], ssrc?: number])[]): string {
  const call = new FieldCall();
  let sequence = 500;
  for (const [digit, packets, ssrc] of keys) {
    for (const [atMs, timestamp, durationTicks, end = false, marker = false] of packets) {
      call.arrives(atMs, {
        sequence: sequence++,
        timestamp,
        marker,
        payloadType: 101,
        payload: keyPayload(digit, durationTicks, end),
        ...(ssrc !== undefined && { ssrc }),
      });
    }
  }
  call.until(call.nowMs + 500);
  return call.keys;
}

/** As the RFC has it: 100 ms, a packet each 20 ms, three ends at once. */
const plain = (atMs: number, timestamp: number): readonly KeyPacket[] => [
  ...[1, 2, 3, 4].map((i): KeyPacket => [atMs + i * 20, timestamp, i * 160, false, i === 1]),
  ...[0, 0, 0].map((): KeyPacket => [atMs + 100, timestamp, 800, true]),
];

describe('a caller presses keys, and the bot hears', () => {
  it('each of them, although the telephone does not advance its timestamp between them', () => {
    expect(
      told([
        ['1', plain(0, 800)],
        ['2', plain(200, 800)],
        ['2', plain(400, 800)],
        ['3', plain(600, 800)],
      ]),
    ).toBe('1223');
  });

  it('each of them although they come without a word of audio, and only their ends', () => {
    const ends = (atMs: number, timestamp: number): readonly KeyPacket[] =>
      [0, 20, 40].map((later) => [atMs + later, timestamp, 640, true]);
    expect(
      told([
        ['4', ends(0, 0)],
        ['4', ends(300, 2_400)],
        ['5', ends(600, 4_800)],
        ['5', ends(900, 7_200)],
      ]),
    ).toBe('4455');
  });

  it('each of them where every key is one packet, sent at its end', () => {
    expect(
      told([
        ['4', [[0, 0, 800, true]]],
        ['4', [[250, 2_000, 800, true]]],
        ['9', [[500, 4_000, 800, true]]],
      ]),
    ).toBe('449');
  });

  it('each once, although the three ends have timestamps of their own', () => {
    const growing = (atMs: number, timestamp: number, step: number): readonly KeyPacket[] => [
      ...[1, 2, 3, 4].map((i): KeyPacket => [atMs + i * 20, timestamp, i * 160, false, i === 1]),
      ...[5, 6, 7].map((i): KeyPacket => [atMs + i * 20, timestamp + (i - 4) * step, 800, true]),
    ];
    for (const step of [1, 160, 320])
      expect(
        told([
          ['6', growing(0, 0, step)],
          ['6', growing(300, 2_400, step)],
          ['7', growing(600, 4_800, step)],
        ]),
      ).toBe('667');
    const now = (atMs: number, timestamp: number): readonly KeyPacket[] => [
      ...plain(atMs, timestamp).slice(0, 4),
      ...[5, 6, 7].map((i): KeyPacket => [atMs + i * 20, timestamp + i * 160, 800, true]),
    ];
    expect(
      told([
        ['6', now(0, 0)],
        ['6', now(300, 2_400)],
      ]),
    ).toBe('66');
  });

  it.each([
    ['with a duration that grows', (i: number) => i * 160],
    ['with the duration of a packet', () => 160],
  ])('each once, although the timestamp grows within the key, %s', (_, durationOf) => {
    const moving = (atMs: number, timestamp: number): readonly KeyPacket[] =>
      [1, 2, 3, 4, 5, 6, 7].map((i) => [atMs + i * 20, timestamp + i * 160, durationOf(Math.min(i, 5)), i >= 5, i === 1]);
    expect(
      told([
        ['8', moving(0, 0)],
        ['8', moving(300, 2_400)],
        ['0', moving(600, 4_800)],
        ['8', moving(900, 7_200)],
      ]),
    ).toBe('8808');
  });

  it('each once, where keys have a stream of their own beside the voice', () => {
    const call = new FieldCall();
    let keySequence = 9_000;
    for (let i = 0; i < 100; i += 1) {
      call.arrives(i * 20, { sequence: i, timestamp: i * 160 });
      const inKey = i % 25;
      const key = Math.floor(i / 25);
      if (inKey > 7 || key > 2) continue;
      const payload = keyPayload('667'[key]!, Math.min(5, inKey + 1) * 160, inKey >= 5);
      call.arrives(i * 20 + 5, {
        sequence: keySequence++,
        timestamp: 70_000 + key * 25 * 160,
        ssrc: 99,
        payloadType: 101,
        payload,
        marker: inKey === 0,
      });
    }
    call.until(2_500);
    expect(call.keys).toBe('667');
    expect(call.sound()).toEqual({ soundMs: expect.closeTo(2_000, -2), holes: 0 });
    expect(call.stats()).toMatchObject({ packetsLost: 0, packetsMalformed: 0 });
  });

  it('each once, where keys have a sequence of their own under the SSRC of the voice', () => {
    const call = new FieldCall();
    for (let i = 0; i < 100; i += 1) {
      call.arrives(i * 20, { sequence: i, timestamp: i * 160 });
      if (i % 25 < 8)
        call.arrives(i * 20 + 5, {
          sequence: 30_000 + i,
          timestamp: Math.floor(i / 25) * 4_000,
          payloadType: 101,
          payload: keyPayload('5', Math.min(5, (i % 25) + 1) * 160, i % 25 >= 5),
        });
    }
    call.until(2_500);
    expect(call.keys).toBe('5555');
    expect(call.sound()).toEqual({ soundMs: expect.closeTo(2_000, -2), holes: 0 });
  });

  it('one key of ten seconds in two segments once, in each way that is in use', () => {
    const segments = (second: (i: number) => KeyPacket): readonly KeyPacket[] => [
      ...Array.from({ length: 409 }, (_, i): KeyPacket => [(i + 1) * 20, 0, (i + 1) * 160, false, i === 0]),
      [8_200, 0, 65_535],
      ...Array.from({ length: 90 }, (_, i) => second(i)),
    ];
    const last = (i: number) => i >= 87;
    const ways: readonly ((i: number) => KeyPacket)[] = [
      (i) => [8_220 + i * 20, 65_535, (i + 1) * 160, last(i)],
      (i) => [8_220 + i * 20, 0, 65_535, last(i)],
      (i) => [8_220 + i * 20, 0, (i + 1) * 160, last(i)],
      (i) => [8_220 + i * 20, 65_600, (i + 1) * 160, last(i)],
    ];
    for (const way of ways)
      expect(
        told([
          ['#', segments(way)],
          ['#', plain(12_000, 96_000)],
        ]),
      ).toBe('##');
  });

  it('one key in short segments once (RFC 4733 section 2.5.1.3), with the length of them all', () => {
    const call = new FieldCall();
    for (let i = 0; i < 20; i += 1) {
      const segment = Math.floor(i / 5);
      call.arrives(i * 20, {
        sequence: i,
        timestamp: segment * 800,
        marker: i === 0,
        payloadType: 101,
        payload: keyPayload('*', ((i % 5) + 1) * 160, i === 19),
      });
    }
    call.until(1_000);
    expect(call.keys).toBe('*');
    expect(call.keyDurationsMs).toEqual([400]);
  });

  it('a key once whose packets the network held back in its middle, longer than a key that has lost its end is waited for', () => {
    const late = plain(0, 800).map(([at, ...rest], i): KeyPacket => [i < 2 ? at : at + 300, ...rest]);
    expect(
      told([
        ['3', late],
        ['3', plain(600, 5_600)],
      ]),
    ).toBe('33');
  });

  it('each although all ends were lost, and the same key follows', () => {
    const noEnd = (atMs: number, timestamp: number) => plain(atMs, timestamp).slice(0, 4);
    expect(
      told([
        ['3', noEnd(0, 0)],
        ['3', plain(150, 1_200)],
        ['4', noEnd(300, 2_400)],
        ['5', noEnd(450, 3_600)],
      ]),
    ).toBe('3345');
  });

  it('a key that was held while the stream got another SSRC', () => {
    expect(
      told([
        ['1', plain(0, 0).slice(0, 3), 7],
        ['1', plain(0, 0).slice(3), 8],
        ['2', plain(200, 900), 8],
      ]),
    ).toBe('12');
    expect(
      told([
        ['1', plain(0, 0).slice(0, 3), 7],
        ['2', plain(100, 900_000), 8],
      ]),
    ).toBe('12');
  });
});
