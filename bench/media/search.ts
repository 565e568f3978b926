/** One load that was tried. */
export interface LoadTrial {
  readonly calls: number;
  readonly sendJitterP99Ms: number;
  readonly lost: number;
  readonly workerCore: number;
}

export function isHeld(trial: LoadTrial): boolean {
  return trial.sendJitterP99Ms < MAX_JITTER_MS && trial.lost === 0;
}

/** The most that was held; 0 where nothing was. */
export function callsHeldOf<Trial extends { readonly calls: number }>(trials: readonly Trial[], held: (trial: Trial) => boolean): number {
  return Math.max(0, ...trials.filter(held).map((trial) => trial.calls));
}

export interface SearchGrid {
  /** How near the limit is to be known, calls. */
  readonly step: number;
  readonly most: number;
}

/** The next load to try, or undefined when the limit is known to a step: up by a half until one fails, then between. */
export function nextLoad<Trial extends { readonly calls: number }>(
  trials: readonly Trial[],
  held: (trial: Trial) => boolean,
  { step, most }: SearchGrid,
): number | undefined {
  const best = callsHeldOf(trials, held);
  const failed = Math.min(most + step, ...trials.filter((trial) => !held(trial) && trial.calls > best).map((trial) => trial.calls));
  if (trials.length >= MAX_TRIALS || failed - best <= step) return undefined;
  const next = failed > most ? Math.min(most, best * 1.5) : (best + failed) / 2;
  const rounded = Math.round(next / step) * step;
  return rounded <= best || rounded >= failed ? undefined : rounded;
}

export const MAX_JITTER_MS = 5;
export const MEDIA_GRID: SearchGrid = { step: 25, most: 2000 };
const MAX_TRIALS = 9;
