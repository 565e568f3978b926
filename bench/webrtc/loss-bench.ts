import { run as runCalls } from '#bench/call/bench';
import { numberOption } from '#bench/call/options';
import type { CallResults } from '#bench/call/results';
import type { Progress } from '#bench/progress';

export interface LossResults {
  readonly lossPercent: number;
  /** Word error rate with loss less that without, percentage points; null where what the bot understood could not be read. */
  readonly wordErrorPointsMore: number | null;
  readonly withoutLoss: CallResults;
  readonly withLoss: CallResults;
}

/** The same lines by WebRTC through the running app, once over a clean network and once over one that loses packets at random both ways. */
export async function run(args: readonly string[], progress: Progress): Promise<LossResults> {
  const { lossPercent, callArgs } = parseLossArgs(args);
  progress.note('without loss');
  const withoutLoss = await runCalls(callArgs, progress);
  progress.note(`with ${lossPercent} % loss`);
  const withLoss = await runCalls([...callArgs, '--loss', String(lossPercent)], progress);
  return { lossPercent, wordErrorPointsMore: pointsMore(withoutLoss.wordErrorRate, withLoss.wordErrorRate), withoutLoss, withLoss };
}

/** `--loss` is ours; everything else is for `bench call`, whose lines are the corpus for recognition unless others are named. */
export function parseLossArgs(args: readonly string[]): { lossPercent: number; callArgs: string[] } {
  const at = args.indexOf('--loss');
  const lossPercent = at < 0 ? 5 : numberOption('loss', args[at + 1] ?? '', 0.1, 50);
  const callArgs = at < 0 ? [...args] : args.toSpliced(at, 2);
  if (!callArgs.includes('--to')) callArgs.push('--to', 'webrtc:bot');
  if (!callArgs.includes('--audio')) callArgs.push('--audio', 'words');
  if (!callArgs.includes('--turns')) callArgs.push('--turns', '40');
  return { lossPercent, callArgs };
}

export function pointsMore(without: number | null, withLoss: number | null): number | null {
  return without === null || withLoss === null ? null : Math.round((withLoss - without) * 10_000) / 100;
}
