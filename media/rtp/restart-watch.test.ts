import { describe, expect, it } from 'vitest';
import { RtpPacket, writeRtpHeader } from './packet.ts';
import { RestartWatch } from './restart-watch.ts';

/** Tells a watch of a packet that was not taken. */
function drop(
  watch: RestartWatch,
  atMs: number,
  sequence: number,
  timestamp: number,
  jumped: boolean,
  bytes = new Uint8Array(20),
): boolean {
  writeRtpHeader(bytes, false, 0, sequence & 0xffff, timestamp, 9);
  const rtp = new RtpPacket();
  rtp.read(bytes);
  return watch.dropped(atMs, rtp, bytes, jumped);
}
const sequences = (watch: RestartWatch) => watch.take().map(({ rtp }) => rtp.sequence);

describe('a sequence that begins anew', () => {
  it('is believed with the packet that follows a jump, and its first packet is not lost', () => {
    const watch = new RestartWatch();
    expect(drop(watch, 0, 40_000, 5, true)).toBe(false);
    expect(drop(watch, 20, 40_001, 5, true)).toBe(true);
    expect(sequences(watch)).toEqual([40_000, 40_001]);
  });

  it('is put into order where its beginning was not, over the wrap too', () => {
    const watch = new RestartWatch();
    drop(watch, 0, 0, 5, true);
    expect(drop(watch, 5, 65_535, 5, true)).toBe(true);
    expect(sequences(watch)).toEqual([65_535, 0]);
  });

  it('is no stray packet, no repeated stray, and no two strays', () => {
    const watch = new RestartWatch();
    expect([drop(watch, 0, 40_000, 5, true), drop(watch, 1, 40_000, 5, true), drop(watch, 2, 12_345, 5, true)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('just behind what came is believed at once where the timestamps went on', () => {
    const watch = new RestartWatch();
    watch.newest(1000);
    drop(watch, 0, 50, 1160, false);
    expect(drop(watch, 20, 51, 1320, false)).toBe(true);
  });

  it('just behind, with old timestamps, is believed after four packets as spread as speech, and not for a burst', () => {
    const speech = new RestartWatch();
    const burst = new RestartWatch();
    for (const watch of [speech, burst]) watch.newest(9000);
    expect([0, 1, 2, 3].map((i) => drop(speech, i * 20, 50 + i, i * 160, false))).toEqual([false, false, false, true]);
    expect([0, 1, 2, 3, 4, 5].map((i) => drop(burst, i, 50 + i, i * 160, false))).not.toContain(true);
    expect(sequences(speech)).toEqual([50, 51, 52, 53]);
  });

  it('is not what a network makes that repeats each packet among the others', () => {
    const watch = new RestartWatch();
    for (let i = 0; i < 100; i += 1) {
      watch.taken();
      watch.newest(i * 160);
      expect(drop(watch, i * 20, i - 20, (i - 20) * 160, false)).toBe(false);
    }
  });

  it('keeps no packet that is longer than a network carries', () => {
    const watch = new RestartWatch();
    expect([0, 1].map((i) => drop(watch, i, 40_000 + i, 5, true, new Uint8Array(9000)))).toEqual([false, false]);
  });
});
