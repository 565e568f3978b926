import { cpus, loadavg, totalmem } from 'node:os';

/** In the unit that the name of the field says. */
export interface Distribution {
  readonly n: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What every bench writes with `--json`. */
export interface BenchReport {
  readonly bench: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly machine: Machine;
  readonly options: Readonly<Record<string, unknown>>;
  readonly results: Readonly<Record<string, unknown>>;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly platform: string;
  readonly node: string;
  /** Load average over the last minute, before the bench began. */
  readonly load1: number;
}

/** Nearest-rank percentiles; all zero, with `n` 0, for no values. */
export function distribution(values: Iterable<number>): Distribution {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => (sorted.length === 0 ? 0 : rounded(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number));
  return { n: sorted.length, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export function machine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    load1: rounded(loadavg()[0] ?? 0),
  };
}

function isDistribution(value: unknown): value is Distribution {
  return typeof value === 'object' && value !== null && 'p50' in value && 'p99' in value && 'n' in value;
}

/** The results as a table for people: distributions first, then the plain figures; `rows` are left to the JSON. */
export function formatTable(results: Readonly<Record<string, unknown>>): string {
  const distributions: [string, Distribution][] = [];
  const figures: [string, string][] = [];
  const visit = (name: string, value: unknown): void => {
    if (isDistribution(value)) distributions.push([name, value]);
    else if (Array.isArray(value)) return;
    else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) visit(`${name}.${key}`, inner);
    else figures.push([name, String(value)]);
  };
  for (const [name, value] of Object.entries(results)) visit(name, value);
  const width = Math.max(10, ...distributions.map(([name]) => name.length), ...figures.map(([name]) => name.length));
  const cell = (text: string | number) => String(text).padStart(9);
  const lines: string[] = [];
  if (distributions.length > 0) {
    lines.push(' '.repeat(width) + ['n', 'p50', 'p90', 'p95', 'p99', 'max'].map(cell).join(''));
    for (const [name, d] of distributions) lines.push(name.padEnd(width) + [d.n, d.p50, d.p90, d.p95, d.p99, d.max].map(cell).join(''));
  }
  for (const [name, value] of figures) lines.push(`${name.padEnd(width)}  ${value}`);
  return lines.join('\n');
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
