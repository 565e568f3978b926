/** What a bench says while it runs; on stderr, so that stdout keeps the table only. */
export interface Progress {
  note(text: string): void;
  step(done: number, all: number, text: string): void;
}

export const stderrProgress: Progress = {
  note: (text) => void process.stderr.write(`${text}\n`),
  step: (done, all, text) => void process.stderr.write(`[${String(done).padStart(String(all).length)}/${all}] ${text}\n`),
};

export const silentProgress: Progress = { note: () => {}, step: () => {} };

export function formatCount(value: number | undefined, unit: string): string {
  return value === undefined ? '-' : `${Math.round(value)} ${unit}`;
}
