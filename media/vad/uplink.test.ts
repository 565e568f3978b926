import { describe, expect, it } from 'vitest';
import { amplitude, tone } from '../dsp/test-signals.ts';
import { Uplink } from './uplink.ts';

function uplink(initialCreditSamples = 1_000_000) {
  const sent: { spurtId: number; length: number }[] = [];
  const pcm: number[] = [];
  let dropped = 0;
  const options = { lineRateHz: 8000 as const, preRollSamples: 3200, batchSamples: 640, initialCreditSamples, maxCreditSamples: 1_000_000 };
  const line = new Uplink(options, {
    audio: (spurtId, part) => {
      sent.push({ spurtId, length: part.length });
      pcm.push(...part);
    },
    dropped: (count) => (dropped += count),
  });
  const write = (count: number) => {
    for (let at = 0; at < count; at += 160) {
      line.write(tone(400, 8000, 160), 160);
      line.advance();
    }
  };
  return { line, sent, pcm, write, dropped: () => dropped };
}

describe('uplink', () => {
  it('sends nothing outside of a talkspurt', () => {
    const u = uplink();
    u.write(16_000);
    expect(u.sent).toEqual([]);
  });

  it('sends 400 ms before the first sound, then batches of 80 ms, then the rest, at 16 kHz', () => {
    const u = uplink();
    u.write(8000);
    u.line.open(1, 7200);
    expect(u.pcm.length).toBe(2 * 6 * 640);
    u.write(800);
    u.line.close();
    expect(u.pcm.length).toBe(2 * (3200 + 800 + 800));
    expect(u.sent.every((part) => part.length <= 1280)).toBe(true);
    expect(amplitude(u.pcm, 400, 16_000, 1600, 8000)).toBeGreaterThan(9500);
  });

  it('does not send again what a talkspurt before has sent', () => {
    const u = uplink();
    u.write(8000);
    u.line.open(1, 7900);
    u.line.close();
    const before = u.pcm.length;
    u.write(800);
    u.line.open(2, 8000);
    u.line.close();
    expect(u.pcm.length - before).toBe(1600);
  });

  it('waits for credit, and drops the oldest when none comes', () => {
    const u = uplink(0);
    u.line.open(1, 0);
    u.write(8000);
    expect(u.sent).toEqual([]);
    u.line.grant(1280);
    expect(u.sent).toEqual([{ spurtId: 1, length: 1280 }]);
    u.write(8000);
    expect(u.dropped()).toBe(2 * (16_000 - 640 - 12_000));
    u.line.close();
    expect(u.dropped()).toBe(2 * (16_000 - 640));
  });
});

describe('uplink of a wide line', () => {
  it('sends the line as it is, positions being given at 8 kHz', () => {
    const pcm: number[] = [];
    const line = new Uplink(
      { lineRateHz: 16_000, preRollSamples: 3200, batchSamples: 640, initialCreditSamples: 1_000_000, maxCreditSamples: 1_000_000 },
      { audio: (_, part) => pcm.push(...part), dropped: () => undefined },
    );
    const voice = tone(5000, 16_000, 32_000);
    for (let at = 0; at < voice.length; at += 320) line.write(voice.subarray(at, at + 320), 320);
    line.open(1, 12_000);
    line.close();
    // From 1.1 s on: 400 ms before the first sound at 1.5 s.
    expect(pcm).toEqual([...voice.subarray(17_600)]);
  });
});
