/** How a step tells how far it is. `done` of `total` in `unit`; without a total only the words change. */
export interface StepProgress {
  readonly label: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: 'bytes' | 'packages' | 'percent';
}

export type Report = (progress: StepProgress) => void;

/** One thing that must be there before we can start. */
export interface Step {
  /** What it is called in the progress, such as `Python packages`. */
  readonly title: string;
  /** Why there is something to do, or undefined when it is done; quick, because every start asks. */
  missing(): Promise<string | undefined>;
  /** Does it. May be broken off and repeated at any time. Throws `AppError` when it cannot be done. */
  run(report: Report, signal: AbortSignal): Promise<void>;
}
