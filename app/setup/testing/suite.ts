import type { Needs } from '../prepare.ts';
import type { Report } from '../step.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface SuiteResult extends Counts {
  /** What to read when something failed, or why something was skipped. */
  readonly details: readonly string[];
}

/** Where a suite runs. */
export interface SuiteContext {
  readonly root: string;
  /** The Node that runs this. */
  readonly node: string;
  readonly pythonPath: string;
  readonly modelsDir: string;
  readonly cacheDir: string;
  /** For reports of the tools; removed afterwards. */
  readonly scratch: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface Suite {
  /** As in `npm test -- NAME`. */
  readonly name: string;
  readonly title: string;
  readonly needs: readonly Needs[];
  /** Left out of `quick`: takes minutes. */
  readonly isLong?: true;
  /** Why it cannot be run here, in words for the person at the terminal; it then counts as skipped, and nothing is set up for it. */
  readonly whyNotHere?: () => Promise<string | undefined>;
  run(context: SuiteContext): Promise<SuiteResult>;
}

/** The last line of `npm test`. */
export function totalLine(results: readonly Counts[]): string {
  const sum = (pick: (counts: Counts) => number): number => results.reduce((total, counts) => total + pick(counts), 0);
  const skipped = sum((counts) => counts.skipped);
  return `${sum((counts) => counts.passed)} passed, ${sum((counts) => counts.failed)} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
