/** One load that was tried. */
export interface LoadTrial {
  readonly calls: number;
  readonly sendJitterP99Ms: number;
  readonly lost: number;
  readonly workerCore: number;
}

export function isHeld(trial: LoadTrial): boolean {
  return trial.sendJitterP99Ms < MOST_JITTER_MS && trial.lost === 0;
}

/** The most that was held; 0 where nothing was. */
export function callsHeldOf(trials: readonly LoadTrial[]): number {
  return Math.max(0, ...trials.filter(isHeld).map((trial) => trial.calls));
}

/** The next load to try, or undefined when the limit is known to 25 calls: up by a half until one fails, then between. */
export function nextLoad(trials: readonly LoadTrial[]): number | undefined {
  const held = callsHeldOf(trials);
  const failed = Math.min(MOST_CALLS + STEP, ...trials.filter((trial) => !isHeld(trial) && trial.calls > held).map((trial) => trial.calls));
  if (trials.length >= MOST_TRIALS || failed - held <= STEP) return undefined;
  const next = failed > MOST_CALLS ? Math.min(MOST_CALLS, held * 1.5) : (held + failed) / 2;
  const rounded = Math.round(next / STEP) * STEP;
  return rounded <= held || rounded >= failed ? undefined : rounded;
}

const MOST_JITTER_MS = 5;
const STEP = 25;
const MOST_CALLS = 2000;
const MOST_TRIALS = 9;
