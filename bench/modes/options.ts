import { parseArgs } from 'node:util';
import { numberOption } from '#bench/call/options';

export const MODES = ['sequential', 'queued', 'streaming'] as const;
export type Mode = (typeof MODES)[number];

export interface ModesOptions {
  /** Users who talk at once, one run each. */
  readonly levels: readonly number[];
  readonly modes: readonly Mode[];
  /** What every user says; undefined: the questions of the corpus in turn. */
  readonly wav: string | undefined;
  /** Turns of each user. */
  readonly turns: number;
  readonly label: string;
  readonly csv: string | undefined;
  readonly svg: string | undefined;
  /** A turn without a complete reply by then has failed. Counted from its last sound. */
  readonly timeoutMs: number;
  /** The voice of all three: Kokoro whenever there is time for it, else the quick one; or Kokoro alone. */
  readonly engine: 'auto' | 'kokoro';
}

export const MODES_USAGE = `bench modes [--levels 1,5,10] [--mode sequential,queued,streaming] [--wav FILE] [--turns N] [--engine auto|kokoro]
           [--label NAME] [--csv FILE] [--svg FILE] [--timeout SECONDS]
           (starts and stops all services that it needs; queued: RabbitMQ at AMQP_URL, or Debian's)`;

/** Throws an `Error` whose message says what would be right. */
export function parseModesOptions(args: readonly string[]): ModesOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      levels: { type: 'string' },
      mode: { type: 'string' },
      wav: { type: 'string' },
      turns: { type: 'string' },
      label: { type: 'string' },
      csv: { type: 'string' },
      svg: { type: 'string' },
      timeout: { type: 'string' },
      engine: { type: 'string' },
    },
  });
  const engine = values.engine ?? 'auto';
  if (engine !== 'auto' && engine !== 'kokoro') throw new Error(`--engine "${engine}": must be auto or kokoro`);
  return {
    levels: listOption(values.levels ?? '1,5,10').map((text) => wholeOption('levels', text, 1, 200)),
    modes: listOption(values.mode ?? MODES.join(',')).map(modeOption),
    wav: values.wav,
    turns: wholeOption('turns', values.turns ?? '5', 1, 1000),
    label: values.label ?? '',
    csv: values.csv,
    svg: values.svg,
    timeoutMs: numberOption('timeout', values.timeout ?? '60', 1, 3600) * 1000,
    engine,
  };
}

function listOption(text: string): readonly string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  ];
}

function modeOption(text: string): Mode {
  const mode = MODES.find((each) => each === text);
  if (mode === undefined) throw new Error(`--mode "${text}": must be some of ${MODES.join(', ')}, separated by commas`);
  return mode;
}

function wholeOption(name: string, text: string, least: number, most: number): number {
  const value = numberOption(name, text, least, most);
  if (!Number.isInteger(value)) throw new Error(`--${name} "${text}": must be whole numbers`);
  return value;
}
