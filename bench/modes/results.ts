import { distribution, type Distribution } from '#bench/report';
import type { Mode } from './options.ts';

/** One turn of one user, ms from the caller's last sound unless said. */
export interface TurnTimes {
  readonly firstAudioMs: number;
  /** The first generation's own clock: from the end of the upload, which flatters whoever begins to answer before it. */
  readonly firstAudioFromUploadMs: number;
  readonly completeMs: number;
}

export interface LevelRun {
  readonly mode: Mode;
  readonly level: number;
  readonly turns: readonly TurnTimes[];
  readonly failures: readonly string[];
  readonly wallMs: number;
  readonly memoryMb: number;
  readonly gpuMemoryMb: number | undefined;
}

/** A row of the table: one mode at one level. Times in ms. */
export interface ModeRow {
  readonly label: string;
  readonly mode: Mode;
  /** Users at once. */
  readonly level: number;
  readonly turns: number;
  readonly failed: number;
  readonly ttfaMs: Distribution;
  readonly ttfaFromUploadMs: Distribution;
  readonly completeMs: Distribution;
  readonly requestsPerSecond: number;
  /** Resident memory of all processes of the mode. */
  readonly memoryMb: number;
  readonly gpuMemoryMb?: number;
}

export function rowOf(run: LevelRun, label: string): ModeRow {
  const { mode, level, turns, failures, wallMs, memoryMb, gpuMemoryMb } = run;
  return {
    label,
    mode,
    level,
    turns: turns.length + failures.length,
    failed: failures.length,
    ttfaMs: distribution(turns.map(({ firstAudioMs }) => firstAudioMs)),
    ttfaFromUploadMs: distribution(turns.map(({ firstAudioFromUploadMs }) => firstAudioFromUploadMs)),
    completeMs: distribution(turns.map(({ completeMs }) => completeMs)),
    requestsPerSecond: Math.round((turns.length / (wallMs / 1000)) * 100) / 100,
    memoryMb,
    ...(gpuMemoryMb === undefined ? {} : { gpuMemoryMb }),
  };
}

/** First audio of streaming, as a share of the others', at the lowest level that all of them have. */
export function shares(rows: readonly ModeRow[]): Readonly<Record<string, number>> {
  const at = (mode: Mode, level: number): number | undefined => {
    const found = rows.find((row) => row.mode === mode && row.level === level);
    return found === undefined || found.ttfaMs.n === 0 ? undefined : found.ttfaMs.p50;
  };
  const level = Math.min(...rows.map((row) => row.level));
  const streaming = at('streaming', level);
  if (streaming === undefined) return {};
  const of = (mode: Mode, name: string): Record<string, number> => {
    const other = at(mode, level);
    return other === undefined || other === 0 ? {} : { [name]: Math.round((streaming / other) * 100) / 100 };
  };
  return { ...of('sequential', 'streamingOfSequential'), ...of('queued', 'streamingOfQueued') };
}

const COLUMNS: readonly (readonly [title: string, value: (row: ModeRow) => string | number])[] = [
  ['label', (row) => row.label],
  ['mode', (row) => row.mode],
  ['users', (row) => row.level],
  ['turns', (row) => row.turns],
  ['failed', (row) => row.failed],
  ['first audio p50', (row) => Math.round(row.ttfaMs.p50)],
  ['p95', (row) => Math.round(row.ttfaMs.p95)],
  ['from upload p50', (row) => Math.round(row.ttfaFromUploadMs.p50)],
  ['p95', (row) => Math.round(row.ttfaFromUploadMs.p95)],
  ['complete p50', (row) => Math.round(row.completeMs.p50)],
  ['p95', (row) => Math.round(row.completeMs.p95)],
  ['replies/s', (row) => row.requestsPerSecond],
  ['MB', (row) => row.memoryMb],
  ['GPU MB', (row) => row.gpuMemoryMb ?? ''],
];

/** For people. Columns in which nothing stands are left out. */
export function modesTable(rows: readonly ModeRow[]): string {
  const shown = COLUMNS.filter(([, value]) => rows.some((row) => value(row) !== ''));
  const cells = [shown.map(([title]) => title), ...rows.map((row) => shown.map(([, value]) => String(value(row))))];
  const widths = shown.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function modesCsv(rows: readonly ModeRow[]): string {
  const titles = [
    'label',
    'mode',
    'users',
    'turns',
    'failed',
    'ttfa_p50_ms',
    'ttfa_p95_ms',
    'ttfa_from_upload_p50_ms',
    'ttfa_from_upload_p95_ms',
    'complete_p50_ms',
    'complete_p95_ms',
    'replies_per_s',
    'memory_mb',
    'gpu_memory_mb',
  ];
  const quoted = (value: string | number): string =>
    /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  return `${[titles, ...rows.map((row) => COLUMNS.map(([, value]) => quoted(value(row))))].map((line) => line.join(',')).join('\n')}\n`;
}
