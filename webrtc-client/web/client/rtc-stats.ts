import type { NetworkReport } from './network-report.ts';

/** The fields of `RTCStatsReport` entries that we read; browsers leave out what they do not know. */
export interface StatsEntry {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Running totals of the bot's sound. */
export interface SoundTotals {
  readonly packets: number;
  readonly lost: number;
  readonly samples: number;
  readonly concealed: number;
  readonly bufferedS: number;
  readonly emitted: number;
}

export const NO_TOTALS: SoundTotals = { packets: 0, lost: 0, samples: 0, concealed: 0, bufferedS: 0, emitted: 0 };

/** What has happened since `before`. */
export function readStats(
  entries: readonly StatsEntry[],
  before: SoundTotals,
): { readonly report: NetworkReport; readonly totals: SoundTotals } {
  const inbound = entries.find((one) => one.type === 'inbound-rtp' && (one['kind'] ?? one['mediaType']) === 'audio');
  const totals: SoundTotals = {
    packets: count(inbound, 'packetsReceived'),
    lost: count(inbound, 'packetsLost'),
    samples: count(inbound, 'totalSamplesReceived'),
    // What was made up during silence was not heard as a gap.
    concealed: count(inbound, 'concealedSamples') - count(inbound, 'silentConcealedSamples'),
    bufferedS: count(inbound, 'jitterBufferDelay'),
    emitted: count(inbound, 'jitterBufferEmittedCount'),
  };
  const lost = Math.max(0, totals.lost - before.lost);
  const packets = Math.max(0, totals.packets - before.packets);
  const emitted = totals.emitted - before.emitted;
  const samples = totals.samples - before.samples;
  const pair = selectedPair(entries);
  const local = entries.find((one) => one.id === pair?.['localCandidateId']);
  const farSide = entries.find((one) => one.type === 'remote-inbound-rtp');
  const roundTripS = number(pair, 'currentRoundTripTime') ?? number(farSide, 'roundTripTime');
  const report: NetworkReport = {
    transport: 'webrtc',
    lossRatio: ratio(lost, lost + packets),
    jitterMs: count(inbound, 'jitter') * 1000,
    roundTripMs: roundTripS === undefined ? undefined : roundTripS * 1000,
    bufferMs: emitted > 0 ? ((totals.bufferedS - before.bufferedS) / emitted) * 1000 : undefined,
    concealedRatio: samples > 0 ? ratio(totals.concealed - before.concealed, samples) : undefined,
    relayed: typeof local?.['candidateType'] === 'string' ? local['candidateType'] === 'relay' : undefined,
  };
  return { report, totals };
}

function selectedPair(entries: readonly StatsEntry[]): StatsEntry | undefined {
  const transport = entries.find((one) => one.type === 'transport' && typeof one['selectedCandidatePairId'] === 'string');
  const pairs = entries.filter((one) => one.type === 'candidate-pair');
  // Firefox has no `transport` entry and marks the pair itself.
  return (
    pairs.find((one) => one.id === transport?.['selectedCandidatePairId']) ??
    pairs.find((one) => one['selected'] === true) ??
    pairs.find((one) => one['nominated'] === true && one['state'] === 'succeeded')
  );
}

function number(entry: StatsEntry | undefined, field: string): number | undefined {
  const value = entry?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function count(entry: StatsEntry | undefined, field: string): number {
  return number(entry, field) ?? 0;
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
