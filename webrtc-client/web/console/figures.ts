import { percentile } from './percentile.ts';
import { firstSoundMs } from './timeline.ts';
import { botTurns, type Transcript } from './transcript.ts';

/** One direction of the network as somebody measured it. */
export interface NetworkFigures {
  readonly lossRatio: number;
  readonly jitterMs: number;
  readonly roundTripMs?: number | undefined;
}

export interface FirstSoundFigures {
  readonly turns: number;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

/** How soon the bot was heard after the caller's last sound, over all answered turns so far. */
export function firstSoundFigures(transcript: Transcript): FirstSoundFigures {
  const all = botTurns(transcript).flatMap(({ source, stages }) => {
    const ms = stages === undefined ? undefined : firstSoundMs(source, stages);
    return ms === undefined ? [] : [ms];
  });
  return { turns: all.length, p50Ms: percentile(all, 0.5), p95Ms: percentile(all, 0.95) };
}
