import { distribution, type Distribution } from '#bench/report';
import type { Row } from './row.ts';
import { wordErrors } from './word-errors.ts';

export interface CallResults {
  readonly turns: number;
  readonly calls: number;
  readonly setupMs: Distribution;
  readonly firstSoundMs: Distribution;
  readonly bargeInStopMs: Distribution;
  readonly cutOffs: number;
  readonly unanswered: number;
  /** Packets of aborted turns that left, by the app's own count; an outsider cannot tell them from a turn taken up again. */
  readonly staleTurnPackets: number;
  /** Bot packets with speech after it had stopped for an interruption and before the interruption was over: taken up again too soon. */
  readonly packetsOverCaller: number;
  readonly interruptions: number;
  readonly interruptionsTaken: number;
  readonly backchannels: number;
  readonly backchannelsResumed: number;
  /** Share of words; null where no `NAME.txt` stood beside a WAV or the app's records could not be read. */
  readonly wordErrorRate: number | null;
  readonly words: number;
  readonly stagesMs: Readonly<Record<string, Distribution>>;
  readonly rows: readonly Row[];
}

export interface CallTotals {
  readonly setupMs: readonly number[];
  /** As the media of the app counted them. */
  readonly staleTurnPackets: number;
}

export function summarise(rows: readonly Row[], totals: CallTotals): CallResults {
  const interruptions = rows.filter((row) => row.interruptionTaken !== undefined);
  const backchannels = rows.filter((row) => row.backchannelResumed !== undefined);
  const understood = rows.filter((row) => row.said !== undefined && row.understood !== undefined);
  const counted = understood.map((row) => wordErrors(row.said ?? '', row.understood ?? ''));
  const words = counted.reduce((sum, x) => sum + x.words, 0);
  const errors = counted.reduce((sum, x) => sum + x.errors, 0);
  return {
    turns: rows.length,
    calls: totals.setupMs.length,
    setupMs: distribution(totals.setupMs),
    firstSoundMs: distribution(present(rows.map((row) => row.firstSoundMs))),
    bargeInStopMs: distribution(present(interruptions.map((row) => row.bargeInStopMs))),
    cutOffs: rows.filter((row) => row.cutOff).length,
    unanswered: rows.filter((row) => row.unanswered).length,
    staleTurnPackets: totals.staleTurnPackets,
    packetsOverCaller: rows.reduce((sum, row) => sum + row.packetsAfterStop, 0),
    interruptions: interruptions.length,
    interruptionsTaken: interruptions.filter((row) => row.interruptionTaken).length,
    backchannels: backchannels.length,
    backchannelsResumed: backchannels.filter((row) => row.backchannelResumed).length,
    wordErrorRate: words === 0 ? null : Math.round((errors / words) * 10_000) / 10_000,
    words,
    stagesMs: stages(rows),
    rows,
  };
}

/** Only of turns that count for `firstSoundMs`, so that the stages explain it. */
function stages(rows: readonly Row[]): Record<string, Distribution> {
  const values = new Map<string, number[]>();
  for (const row of rows) {
    if (row.firstSoundMs === undefined || !row.stages) continue;
    for (const [stage, at] of Object.entries(row.stages)) {
      if (typeof at !== 'number') continue;
      const list = values.get(stage) ?? [];
      list.push(at);
      values.set(stage, list);
    }
  }
  return Object.fromEntries([...values].map(([stage, list]) => [stage, distribution(list)]));
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}
