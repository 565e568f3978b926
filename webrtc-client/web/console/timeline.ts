import { DIGITS_APART_MS } from './digits.ts';
import { meterFraction } from './level.ts';
import type { LevelSample } from './level-track.ts';
import type { ServerMessage } from './messages.ts';
import type { Stages } from './stages.ts';
import type { Outcome } from './transcript.ts';

/** What the picture of a call is drawn of. Times are seconds since the call was answered. */
export interface Timeline {
  readonly durationS: number;
  /** `caller` 0 to 1 drawn upwards, `bot` 0 to 1 drawn downwards. */
  readonly loudness: readonly { readonly atS: number; readonly caller: number; readonly bot: number }[];
  readonly turns: readonly TimelineTurn[];
  readonly bargeIns: readonly { readonly atS: number; readonly turnId: number; readonly decision: 'abort' | 'resume' }[];
  /** Keys pressed one soon after another stand together. */
  readonly digits: readonly { readonly atS: number; readonly digits: string }[];
  /** From each caller's last sound to the bot's first: the gaps that people notice. */
  readonly gaps: readonly { readonly turnId: number; readonly fromS: number; readonly toS: number; readonly ms: number }[];
}

export interface TimelineTurn {
  readonly turnId: number;
  readonly fromS: number;
  readonly toS: number;
  readonly source: string;
  readonly callerText: string;
  readonly heardText: string;
  readonly outcome: Outcome | 'open';
  readonly firstSoundMs: number | undefined;
}

export function timelineOf(messages: readonly ServerMessage[], levels: readonly LevelSample[]): Timeline {
  const bargeIns: { atS: number; turnId: number; decision: 'abort' | 'resume' }[] = [];
  const digits: { atS: number; digits: string }[] = [];
  let digitMs = -Infinity;
  const open = new Map<number, number>();
  const turns: TimelineTurn[] = [];
  let lastMs = levels.at(-1)?.atMs ?? 0;
  for (const message of messages) {
    if (message.kind !== 'hello') lastMs = Math.max(lastMs, message.atMs);
    if (message.kind === 'barge-in') bargeIns.push({ atS: seconds(message.atMs), turnId: message.turnId, decision: message.decision });
    if (message.kind === 'dtmf') {
      const last = digits.at(-1);
      if (last !== undefined && message.atMs - digitMs < DIGITS_APART_MS) last.digits += message.digit;
      else digits.push({ atS: seconds(message.atMs), digits: message.digit });
      digitMs = message.atMs;
    }
    if (message.kind === 'turn-opened') open.set(message.turnId, message.atMs);
    if (message.kind === 'turn-closed') {
      turns.push(turn(message, open.get(message.turnId) ?? message.atMs));
      open.delete(message.turnId);
    }
  }
  return {
    durationS: seconds(lastMs),
    loudness: levels.map(({ atMs, callerDbov, botDbov }) => ({
      atS: seconds(atMs),
      caller: meterFraction(callerDbov),
      bot: meterFraction(botDbov),
    })),
    turns,
    bargeIns,
    digits,
    gaps: messages.flatMap((message) => gapOf(message, turns)),
  };
}

/** The loudest of each of `count` equal spans: more than a picture has pixels would only make it heavy. */
export function binLoudness(timeline: Timeline, count: number): Timeline['loudness'] {
  if (timeline.loudness.length <= count || timeline.durationS <= 0) return timeline.loudness;
  const bins: { atS: number; caller: number; bot: number }[] = [];
  for (const { atS, caller, bot } of timeline.loudness) {
    const index = Math.min(count - 1, Math.floor((atS / timeline.durationS) * count));
    const bin = (bins[index] ??= { atS: ((index + 0.5) * timeline.durationS) / count, caller: 0, bot: 0 });
    bin.caller = Math.max(bin.caller, caller);
    bin.bot = Math.max(bin.bot, bot);
  }
  return bins.filter((bin) => bin !== undefined);
}

/** One line for whoever cannot see the picture. */
export function describeTimeline(timeline: Timeline): string {
  const count = (length: number, one: string): string => `${length} ${one}${length === 1 ? '' : 's'}`;
  return `The call over ${Math.round(timeline.durationS)} seconds: ${count(timeline.turns.length, 'bot turn')}, ${count(timeline.bargeIns.length, 'interruption')}. The table below has the same figures.`;
}

function turn(message: Extract<ServerMessage, { kind: 'turn-closed' }>, openedMs: number): TimelineTurn {
  const { turnId, atMs, source, callerText, heardText, outcome, stages } = message;
  return {
    turnId,
    fromS: seconds(openedMs),
    toS: seconds(atMs),
    source,
    callerText,
    heardText,
    outcome,
    firstSoundMs: firstSoundMs(source, stages),
  };
}

/** Nobody waits for a greeting: it has no first sound after a caller's. */
export function firstSoundMs(source: string, stages: Stages): number | undefined {
  const { firstPacketMs } = stages;
  return source === 'greeting' || firstPacketMs === undefined || !(firstPacketMs > 0) ? undefined : firstPacketMs;
}

/** A turn opens when the caller's is over, so the caller's last sound lies `turnEndMs` before that. */
function gapOf(message: ServerMessage, turns: readonly TimelineTurn[]): Timeline['gaps'] {
  if (message.kind !== 'turn-closed') return [];
  const own = turns.find((one) => one.turnId === message.turnId);
  if (own?.firstSoundMs === undefined) return [];
  const fromS = Math.max(0, own.fromS - seconds(Math.max(0, message.stages.turnEndMs ?? 0)));
  return [{ turnId: own.turnId, fromS, toS: fromS + seconds(own.firstSoundMs), ms: own.firstSoundMs }];
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
