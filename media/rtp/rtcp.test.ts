import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiverStats } from './receiver-stats.ts';
import { ReportSession } from './report-session.ts';
import { readRtcp, writeNack, writeRtcp, type ReportBlock } from './rtcp.ts';

const block: ReportBlock = {
  ssrc: 7,
  fractionLost: 64,
  cumulativeLost: -3,
  extendedHighest: 70_000,
  jitterTicks: 12,
  lastSr: 0x12345678,
  delaySinceLastSr: 65536,
};

describe('RTCP', () => {
  it('reads back a sender report with SDES and BYE', () => {
    const info = { ntpSeconds: 4_000_000_000, ntpFraction: 0x80000000, rtpTimestamp: 5, packetCount: 6, octetCount: 960 };
    const bytes = writeRtcp({ ssrc: 99, cname: 'abc', info, block, goodbye: true });
    expect(bytes.length % 4).toBe(0);
    expect(readRtcp(bytes)).toEqual([
      { kind: 'sender-report', ssrc: 99, info, blocks: [block] },
      { kind: 'other', packetType: 202 },
      { kind: 'goodbye', ssrc: 99 },
    ]);
  });

  it('reads back an empty receiver report, whatever the length of the name', () => {
    for (let length = 0; length < 10; length += 1) {
      expect(readRtcp(writeRtcp({ ssrc: 1, cname: 'x'.repeat(length) }))![0]).toEqual({ kind: 'receiver-report', ssrc: 1, blocks: [] });
    }
  });

  it('refuses what is cut short or lies about its length, and never throws', () => {
    const whole = writeRtcp({ ssrc: 99, cname: 'abc', block });
    for (let length = 0; length < 32; length += 1) expect(readRtcp(whole.subarray(0, length))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 128 }), fc.nat(127), fc.nat(255), (noise, at, value) => {
        readRtcp(noise);
        const changed = whole.slice();
        changed[at % changed.length] = value;
        readRtcp(changed);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('reports of two sides', () => {
  it('learns the round trip from what comes back', () => {
    const here = new ReportSession(0, 1000, 'here', 5000);
    const there = new ReportSession(0, 2000, 'there', 5000);
    const stats = new ReceiverStats(8000);
    const wall = 1_800_000_000_000;
    const sent = { packets: 10, octets: 1600, rtpTimestamp: 1600 };
    const report = here.report(6000, wall + 6000, sent, 2000, stats);
    there.received(6040, wall + 6040, report);
    const answer = there.report(7040, wall + 7040, sent, 1000, stats);
    here.received(7080, wall + 7080, answer);
    expect(here.roundTripMs).toBeGreaterThan(79);
    expect(here.roundTripMs).toBeLessThan(81);
  });

  it('reports at the interval, the first after about half of it', () => {
    const session = new ReportSession(0, 512, 'x', 5000);
    expect(session.isDue(2400)).toBe(false);
    expect(session.isDue(5000)).toBe(true);
    session.report(5000, 0, { packets: 0, octets: 0, rtpTimestamp: 0 }, -1, new ReceiverStats(8000));
    expect(session.isDue(7000)).toBe(false);
    expect(session.isDue(10_000)).toBe(true);
  });

  it('counts garbage', () => {
    const session = new ReportSession(0, 1, 'x', 5000);
    expect(session.received(1, 1, Uint8Array.of(0x80, 200, 0, 9))).toBe(false);
    expect(session.malformed).toBe(1);
  });
});

describe('generic NACK (RFC 4585)', () => {
  it('reads what it wrote, over the wrap of the sequence', () => {
    const sequences = [65_530, 65_531, 65_534, 2, 11, 40];
    const items = readRtcp(writeNack(writeRtcp({ ssrc: 1, cname: 'x' }), 1, 2, sequences))!;
    expect(items.map(({ kind }) => kind)).toEqual(['receiver-report', 'other', 'nack']);
    expect(items[2]).toEqual({ kind: 'nack', mediaSsrc: 2, sequences });
  });

  it('packs seventeen into four bytes', () => {
    expect(
      writeNack(
        new Uint8Array(0),
        1,
        2,
        Array.from({ length: 17 }, (_, i) => i),
      ),
    ).toHaveLength(16);
  });

  it('is bounded, and other feedback is passed over', () => {
    const most = writeNack(
      new Uint8Array(0),
      1,
      2,
      Array.from({ length: 3000 }, (_, i) => (i * 17) & 0xffff),
    );
    const [item] = readRtcp(most)!;
    expect(item?.kind === 'nack' && item.sequences.length).toBeLessThan(200);
    const congestion = writeNack(new Uint8Array(0), 1, 2, [5]);
    congestion[0] = 0x80 | 15;
    expect(readRtcp(congestion)).toEqual([{ kind: 'other', packetType: 205 }]);
    expect(readRtcp(congestion.slice(0, 8))).toBeUndefined();
  });

  it('reaches the stream that is meant only', () => {
    const asked: number[][] = [];
    const session = new ReportSession(0, 7, 'x', 5000, (sequences) => asked.push([...sequences]));
    session.received(0, 0, writeNack(new Uint8Array(0), 1, 8, [3]));
    session.received(0, 0, writeNack(new Uint8Array(0), 1, 7, [4]));
    expect(asked).toEqual([[4]]);
  });
});
