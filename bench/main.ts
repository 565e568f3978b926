import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CALL_USAGE } from './call/options.ts';
import { FORMS_USAGE } from './forms/options.ts';
import { HOTWORDS_USAGE } from './hotwords/options.ts';
import { MODES_USAGE } from './modes/options.ts';
import { SHORT_ANSWERS_USAGE } from './short-answers/options.ts';
import { TONE_USAGE } from './tone/options.ts';
import { WEBRTC_USAGE } from './webrtc/options.ts';
import { stderrProgress, type Progress } from './progress.ts';
import { formatTable, machine, type BenchReport } from './report.ts';

type Bench = (args: readonly string[], progress: Progress) => Promise<object>;

/** Loaded when asked for: one bench needs nothing of another. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  call: async () => (await import('./call/bench.ts')).run,
  forms: async () => (await import('./forms/bench.ts')).run,
  hotwords: async () => (await import('./hotwords/bench.ts')).run,
  modes: async () => (await import('./modes/bench.ts')).run,
  media: async () => (await import('./media/bench.ts')).run,
  'short-answers': async () => (await import('./short-answers/bench.ts')).run,
  sip: async () => (await import('./sip/bench.ts')).run,
  tone: async () => (await import('./tone/bench.ts')).run,
  webrtc: async () => (await import('./webrtc/bench.ts')).run,
  'webrtc-loss': async () => (await import('./webrtc/loss-bench.ts')).run,
};

const USAGE = `npm run bench -- NAME [options] [--json FILE]

  ${CALL_USAGE}
  ${FORMS_USAGE}
  ${HOTWORDS_USAGE}
  ${MODES_USAGE}
  bench media [--calls N] [--seconds S] [--vad on|off] [--search on|off] [--sender-cpu N]
  ${SHORT_ANSWERS_USAGE}
  bench sip [--rate R] [--seconds S]
  ${TONE_USAGE}
  ${WEBRTC_USAGE}
  bench webrtc-loss [--loss PERCENT] [--to webrtc:bot] [--turns N] [options of bench call]
`;

async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (!load) {
    process.stderr.write(name === '' || name === 'help' || name === '--help' ? USAGE : `There is no bench "${name}".\n\n${USAGE}`);
    return name === 'help' || name === '--help' ? 0 : 2;
  }
  const { args, jsonFile } = takeJsonOption(rest);
  const startedAt = new Date().toISOString();
  const on = machine();
  const results = (await (await load())(args, stderrProgress)) as Record<string, unknown>;
  const report: BenchReport = { bench: name, startedAt, machine: on, options: optionsOf(args), results };
  process.stdout.write(`\n${formatTable(results)}\n`);
  if (jsonFile !== undefined) {
    mkdirSync(dirname(jsonFile), { recursive: true });
    writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    process.stderr.write(`written to ${jsonFile}\n`);
  }
  return 0;
}

function takeJsonOption(args: readonly string[]): { args: string[]; jsonFile: string | undefined } {
  const at = args.indexOf('--json');
  if (at < 0) return { args: [...args], jsonFile: undefined };
  const jsonFile = args[at + 1];
  if (jsonFile === undefined || jsonFile.startsWith('--')) throw new Error('--json needs a file name');
  return { args: args.toSpliced(at, 2), jsonFile };
}

/** `--name value` pairs as given; a flag without a value is true. */
function optionsOf(args: readonly string[]): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  args.forEach((arg, i) => {
    const name = /^--([a-z-]+)$/.exec(arg)?.[1];
    const value = args[i + 1];
    if (name !== undefined) options[name] = value === undefined || value.startsWith('--') ? true : value;
  });
  return options;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
