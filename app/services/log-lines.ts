import type { LogFunction } from '../telemetry/log.ts';
import { SERVICE_LINES } from '../telemetry/log-lines.ts';

const MAX_LINE_CHARS = 16_384;
const KEPT_LINES = 30;
/** Filled by pino itself, or said by our own message. */
const OWN_FIELDS = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'service']);

/** Cuts a stream of text into lines, each at most `MAX_LINE_CHARS` long; the rest of a longer one is dropped. */
export class LineCutter {
  #rest = '';
  #isOverlong = false;

  cut(chunk: string): readonly string[] {
    const parts = (this.#rest + chunk).split('\n');
    this.#rest = parts.pop() ?? '';
    const lines = parts.filter((_, index) => !(index === 0 && this.#isOverlong));
    if (parts.length > 0) this.#isOverlong = false;
    if (this.#rest.length > MAX_LINE_CHARS) {
      if (!this.#isOverlong) lines.push(this.#rest);
      this.#isOverlong = true;
      this.#rest = '';
    }
    return lines.map((line) => line.slice(0, MAX_LINE_CHARS).trimEnd()).filter((line) => line !== '');
  }
}

/** Hands the log lines of a service on to our log and keeps the last complaints for the person who reads why it failed. */
export class ServiceLogReader {
  readonly #service: string;
  readonly #log: LogFunction;
  readonly #transcripts: boolean;
  readonly #complaints: string[] = [];

  constructor(service: string, log: LogFunction, options: { transcripts: boolean }) {
    this.#service = service;
    this.#log = log;
    this.#transcripts = options.transcripts;
  }

  /** The last lines that were no log entries, and the last errors. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** A JSON line as pino and our services write it; anything else is text that some library printed. */
  read(line: string, stream: 'stdout' | 'stderr'): void {
    const entry = line.startsWith('{') ? parseObject(line) : undefined;
    if (entry === undefined) {
      this.#complain(line);
      this.#log(stream === 'stderr' ? 'warn' : 'debug', 'service printed', { service: this.#service, line: line.slice(0, 1_000) });
      return;
    }
    const level = levelOf(entry['level']);
    const said = typeof entry['msg'] === 'string' ? entry['msg'] : 'service logged';
    // What a library says may hold anything, as what it prints.
    const [message, other] = Object.hasOwn(SERVICE_LINES, said) ? [said, {}] : ['service logged', { line: said }];
    const fields = Object.fromEntries(
      Object.entries(entry).filter(([key]) => !OWN_FIELDS.has(key) && (this.#transcripts || key !== 'transcript')),
    );
    if (level === 'error' || level === 'fatal') {
      const cause = entry['err'] as { message?: unknown } | undefined;
      this.#complain(typeof cause?.message === 'string' ? `${said}: ${cause.message}` : said);
    }
    this.#log(level, message, { ...fields, ...other, service: this.#service });
  }

  #complain(line: string): void {
    this.#complaints.push(line.slice(0, 500));
    if (this.#complaints.length > KEPT_LINES) this.#complaints.shift();
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** pino's numbers, which our services use too. */
function levelOf(level: unknown): Parameters<LogFunction>[0] {
  const number = typeof level === 'number' ? level : 30;
  if (number >= 60) return 'fatal';
  if (number >= 50) return 'error';
  if (number >= 40) return 'warn';
  if (number >= 30) return 'info';
  return number >= 20 ? 'debug' : 'trace';
}
