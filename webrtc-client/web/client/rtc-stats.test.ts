import { describe, expect, it } from 'vitest';
import { NO_TOTALS, readStats, type StatsEntry } from './rtc-stats.ts';

const CHROMIUM: readonly StatsEntry[] = [
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' },
  { id: 'P1', type: 'candidate-pair', currentRoundTripTime: 9 },
  { id: 'P2', type: 'candidate-pair', currentRoundTripTime: 0.04, localCandidateId: 'L' },
  { id: 'L', type: 'local-candidate', candidateType: 'relay' },
  {
    id: 'I',
    type: 'inbound-rtp',
    kind: 'audio',
    packetsReceived: 95,
    packetsLost: 5,
    jitter: 0.012,
    totalSamplesReceived: 96_000,
    concealedSamples: 5_000,
    silentConcealedSamples: 200,
    jitterBufferDelay: 4_800,
    jitterBufferEmittedCount: 96_000,
  },
];

describe('statistics of the browser', () => {
  it('become figures since the report before', () => {
    const { report, totals } = readStats(CHROMIUM, NO_TOTALS);
    expect(report).toEqual({
      transport: 'webrtc',
      lossRatio: 0.05,
      jitterMs: 12,
      roundTripMs: 40,
      bufferMs: 50,
      concealedRatio: 0.05,
      relayed: true,
    });
    expect(readStats(CHROMIUM, totals).report).toMatchObject({ lossRatio: 0, bufferMs: undefined, concealedRatio: undefined });
  });

  it('of Firefox, which marks the pair itself', () => {
    const entries = [
      { id: 'P', type: 'candidate-pair', selected: true, state: 'succeeded' },
      { id: 'R', type: 'remote-inbound-rtp', roundTripTime: 0.03 },
    ];
    expect(readStats(entries, NO_TOTALS).report).toMatchObject({ roundTripMs: 30, lossRatio: 0, relayed: undefined });
  });

  it('that say nothing, or nonsense, say nothing', () => {
    expect(readStats([], NO_TOTALS).report).toMatchObject({ lossRatio: 0, jitterMs: 0, roundTripMs: undefined });
    expect(
      readStats([{ id: 'I', type: 'inbound-rtp', kind: 'audio', packetsReceived: 'x', packetsLost: -5, jitter: Number.NaN }], NO_TOTALS)
        .report,
    ).toMatchObject({ lossRatio: 0, jitterMs: 0 });
  });
});
