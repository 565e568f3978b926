import type { RecordedTurn } from './io/app-records.ts';

/** One turn of the caller's, as measured on packets; times in milliseconds. */
export interface Row {
  readonly file: string;
  readonly call: number;
  /** What the caller did while the bot spoke. */
  readonly during: 'nothing' | 'interruption' | 'backchannel';
  /** Caller's last packet with speech to the bot's first; undefined when it was cut off or unanswered. */
  firstSoundMs: number | undefined;
  cutOff: boolean;
  unanswered: boolean;
  said: string | undefined;
  understood: string | undefined;
  answered: string | undefined;
  stages: Readonly<Record<string, number>> | undefined;
  source: string | undefined;
  /** The file played over the bot, and what became of it. */
  over: string | undefined;
  bargeInStopMs: number | undefined;
  interruptionTaken: boolean | undefined;
  interruptionFirstSoundMs: number | undefined;
  backchannelResumed: boolean | undefined;
  /** Time without bot speech after a backchannel. */
  backchannelGapMs: number | undefined;
  /** Bot packets with speech after it had stopped for an interruption and before the interruption was over. */
  packetsAfterStop: number;
}

export function emptyRow(file: string, call: number, during: Row['during'], said: string | undefined): Row {
  return {
    file,
    call,
    during,
    said,
    firstSoundMs: undefined,
    cutOff: false,
    unanswered: false,
    understood: undefined,
    answered: undefined,
    stages: undefined,
    source: undefined,
    over: undefined,
    bargeInStopMs: undefined,
    interruptionTaken: undefined,
    interruptionFirstSoundMs: undefined,
    backchannelResumed: undefined,
    backchannelGapMs: undefined,
    packetsAfterStop: 0,
  };
}

/** Puts what the app recorded about a row's turns into it. The first answering turn gives the stages. */
export function addRecord(row: Row, turns: readonly RecordedTurn[]): void {
  const spoken = turns.filter((turn) => turn.source !== 'greeting');
  const answers = spoken.filter((turn) => turn.callerText !== '');
  const first = answers[0] ?? spoken[0];
  if (!first) return;
  // What was said over the answer makes further turns: they are not the WAV's.
  row.understood = wordsOfTurns((row.during === 'nothing' ? answers : answers.slice(0, 1)).map((turn) => turn.callerText));
  row.answered = spoken.map((turn) => turn.botText).join(' ');
  row.stages = first.stages;
  row.source = first.source;
}

/** A turn that was answered too early is said again as the beginning of the whole: it counts once. */
export function wordsOfTurns(callerTexts: readonly string[]): string {
  return callerTexts.filter((text, index) => !(callerTexts[index + 1] ?? '').startsWith(text)).join(' ');
}
