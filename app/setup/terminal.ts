import type { Report } from './step.ts';

/** How the set-up talks to the person at the terminal. */
export interface SetupUi {
  /** Begins step `number` of `total`; the function it gives shows progress, the other ends the step. */
  step(number: number, total: number, title: string, why: string): { readonly report: Report; readonly done: (took: string) => void };
  note(message: string): void;
}

const BAR_CHARS = 24;
const PLAIN_INTERVAL_MS = 5_000;
const REDRAW_INTERVAL_MS = 100;

/** A bar that moves where there is a terminal, a line now and then where there is a file. On stderr: stdout is for results. */
export function terminalUi(out: NodeJS.WriteStream = process.stderr, nowMs: () => number = () => performance.now()): SetupUi {
  return {
    note: (message) => out.write(`${message}\n`),
    step: (number, total, title, why) => {
      const head = `[${number}/${total}] ${title}`;
      out.write(`${head}: ${why}\n`);
      let shownAtMs = -Infinity;
      let shown = '';
      const report: Report = (progress) => {
        const line = progressLine(progress);
        if (line === shown) return;
        const isNew = progress.done === undefined;
        if (!isNew && nowMs() - shownAtMs < (out.isTTY ? REDRAW_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
        shownAtMs = nowMs();
        shown = line;
        if (out.isTTY) out.write(`\r\x1b[2K      ${line.slice(0, Math.max(20, (out.columns ?? 80) - 7))}`);
        else out.write(`      ${line}\n`);
      };
      return { report, done: (took) => out.write(`${out.isTTY ? '\r\x1b[2K' : ''}      done, ${took}\n`) };
    },
  };
}

/** `[#####.....]  45 %  66 of 145 MB  Whisper base`. */
export function progressLine({ label, done, total, unit }: Parameters<Report>[0]): string {
  if (done === undefined) return label;
  if (total === undefined || total <= 0) return `${amount(done, unit)}  ${label}`;
  const ratio = Math.min(1, Math.max(0, done / total));
  const filled = Math.round(ratio * BAR_CHARS);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_CHARS - filled)}]`;
  const of = unit === 'percent' ? '' : `  ${amount(done, unit)} of ${amount(total, unit)}`;
  return `${bar} ${String(Math.floor(ratio * 100)).padStart(3)} %${of}  ${label}`;
}

function amount(value: number, unit: Parameters<Report>[0]['unit']): string {
  if (unit === 'bytes') return `${(value / 1e6).toFixed(value < 10e6 ? 1 : 0)} MB`;
  return `${value}${unit === 'percent' ? ' %' : ''}`;
}

/** A duration for people: `0.4 s`, `75 s`, `3 min`. */
export function durationText(durationMs: number): string {
  if (durationMs < 10_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return durationMs < 180_000 ? `${Math.round(durationMs / 1000)} s` : `${Math.round(durationMs / 60_000)} min`;
}
