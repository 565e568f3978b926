import type { ServerMessage } from './messages.ts';

/** When each stage of a turn was done, ms after the caller's last sound; `TurnStages` of the domain. */
export type Stages = Extract<ServerMessage, { kind: 'turn-closed' }>['stages'];

export type SegmentKind = 'pause' | 'recognition' | 'thinking' | 'voice' | 'network';

export interface Segment {
  readonly kind: SegmentKind;
  readonly ms: number;
}

export interface StageBar {
  /** In the order of `SEGMENT_ORDER`, only those longer than nothing. */
  readonly segments: readonly Segment[];
  /** The bot's first packet, as the server counts it; ms after the caller's last sound. */
  readonly firstSoundMs: number;
  /** All segments together. */
  readonly totalMs: number;
}

/**
 * Where the time of one turn went. Stages run beside each other and ahead of time, so what counts is by how much each moved the end:
 * they are walked in the order in which one waits for another, and each gets only the time that passed after all before it.
 * Waiting to be sure that the caller has finished is `pause`, also where it goes on after the words are known. `network` is one round trip: half of
 * it before the server heard the caller's last sound, half after its first packet left.
 * Undefined where nothing was sent, or before anybody spoke (a greeting).
 */
export function stageBar(stages: Stages, roundTripMs?: number): StageBar | undefined {
  const { firstPacketMs } = stages;
  if (firstPacketMs === undefined || !(firstPacketMs > 0)) return undefined;
  const spent: Record<SegmentKind, number> = { pause: 0, recognition: 0, thinking: 0, voice: 0, network: Math.max(0, roundTripMs ?? 0) };
  let passedMs = 0;
  for (const [kind, stage] of WAITED_FOR) {
    const atMs = Math.min(stages[stage] ?? passedMs, firstPacketMs);
    if (atMs <= passedMs) continue;
    spent[kind] += atMs - passedMs;
    passedMs = atMs;
  }
  const segments = SEGMENT_ORDER.filter((kind) => spent[kind] > 0).map((kind) => ({ kind, ms: spent[kind] }));
  return { segments, firstSoundMs: firstPacketMs, totalMs: firstPacketMs + spent.network };
}

/** The bar in words, for whoever cannot see it. */
export function describeBar(bar: StageBar): string {
  const parts = bar.segments.map(({ kind, ms }) => `${SEGMENT_NAMES[kind].toLowerCase()} ${Math.round(ms)}`);
  return `First sound after ${Math.round(bar.firstSoundMs)} milliseconds: ${parts.join(', ')}.`;
}

export const SEGMENT_ORDER: readonly SegmentKind[] = ['pause', 'recognition', 'thinking', 'voice', 'network'];

export const SEGMENT_NAMES: Readonly<Record<SegmentKind, string>> = {
  pause: 'Pause',
  recognition: 'Recognition',
  thinking: 'Thinking',
  voice: 'Voice',
  network: 'Network',
};

export const SEGMENT_MEANINGS: Readonly<Record<SegmentKind, string>> = {
  pause: 'being sure that you have finished',
  recognition: 'your words into text',
  thinking: 'finding the answer',
  voice: 'making its sound',
  network: 'one round trip',
};

const WAITED_FOR: readonly (readonly [SegmentKind, keyof Stages])[] = [
  ['pause', 'vadStopMs'],
  ['recognition', 'transcriptMs'],
  ['pause', 'turnProbabilityMs'],
  ['pause', 'turnEndMs'],
  ['thinking', 'answerMs'],
  ['voice', 'firstPcmMs'],
  ['voice', 'firstPacketMs'],
];
