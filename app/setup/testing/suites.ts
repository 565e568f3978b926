import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../lock-file.mjs';
import { runCommand, type CommandResult } from '../run-command.ts';
import { whyNoContainers, whyNoGpuImages } from './containers.ts';
import { readJunit, readTap, readVitest } from './counts.ts';
import { checkHygiene } from './hygiene.ts';
import type { Counts, Suite, SuiteContext, SuiteResult } from './suite.ts';

const SUITE_TIMEOUT_MS = 15 * 60_000;
/** Packages of every image are downloaded the first time. */
const IMAGES_TIMEOUT_MS = 35 * 60_000;
/** Real phones speak in real time. */
const E2E_TIMEOUT_MS = 35 * 60_000;

/** All that `npm test` runs, in order: what fails soonest comes first. */
export const suites: readonly Suite[] = [
  {
    name: 'types',
    title: 'types (tsc)',
    needs: [],
    run: async (context) => {
      const check = (project: string): Promise<SuiteResult> =>
        oneCheck(context, context.node, [bin(context, 'typescript/bin/tsc'), '--noEmit', '-p', project]);
      return joined([await check('tsconfig.json'), await check('webrtc-client/web/tsconfig.json')]);
    },
  },
  {
    name: 'lint',
    title: 'lint, import law, purity (oxlint)',
    needs: [],
    run: (context) => oneCheck(context, context.node, [bin(context, 'oxlint/bin/oxlint'), '--format', 'unix']),
  },
  {
    name: 'format',
    title: 'layout of the code (oxfmt; `npx oxfmt` mends it)',
    needs: [],
    run: (context) => oneCheck(context, context.node, [bin(context, 'oxfmt/bin/oxfmt'), '--check']),
  },
  {
    name: 'python-lint',
    title: 'Python lint (ruff)',
    needs: ['python-dev'],
    run: async (context) => {
      const cwd = join(context.root, 'gpu-services');
      const checks = [
        await oneCheck(context, context.pythonPath, ['-m', 'ruff', 'check', '--no-cache', '.'], cwd),
        await oneCheck(context, context.pythonPath, ['-m', 'ruff', 'format', '--no-cache', '--check', '.'], cwd),
      ];
      return joined(checks);
    },
  },
  {
    name: 'hygiene',
    title: 'secrets, paths, hosts, citations, lock file',
    needs: [],
    run: async ({ root, signal }) => joined(await checkHygiene(root, signal)),
  },
  {
    name: 'unit',
    title: 'unit, scenario and fuzz tests (vitest)',
    needs: ['python'],
    run: (context) => vitest(context, 'vitest.config.ts', SUITE_TIMEOUT_MS),
  },
  { name: 'python', title: 'speech services (pytest)', needs: ['python', 'python-batch', 'python-dev', 'models'], run: pytest },
  { name: 'sipp-scenarios', title: 'package sipp-scenarios', needs: [], run: nodeTests },
  {
    name: 'modes',
    title: 'the queue, and the three generations: a real broker, real models',
    isLong: true,
    needs: ['page', 'python', 'python-batch', 'models', 'phones'],
    run: (context) => vitest(context, 'test/modes/vitest.config.ts', SUITE_TIMEOUT_MS),
  },
  {
    name: 'mutations',
    title: 'defects put in on purpose: each is noticed by a test',
    isLong: true,
    needs: [],
    run: (context) => vitest(context, 'test/mutations/mutations.config.ts', SUITE_TIMEOUT_MS),
  },
  {
    name: 'images',
    title: 'images of compose.yml, built and called on a processor',
    needs: ['containers', 'models'],
    isLong: true,
    whyNotHere: whyNoContainers,
    run: (context) => images(context, 'test/images/vitest.config.ts'),
  },
  {
    name: 'images-gpu',
    title: 'images for a GPU, built and started without one',
    needs: ['containers', 'models'],
    isLong: true,
    whyNotHere: whyNoGpuImages,
    run: (context) => images(context, 'test/images/gpu.vitest.config.ts'),
  },
  {
    name: 'e2e',
    isLong: true,
    title: 'end to end: real phones, real models',
    needs: ['page', 'python', 'python-batch', 'python-dev', 'models', 'phones'],
    run: (context) => vitest(context, 'test/e2e/vitest.config.ts', E2E_TIMEOUT_MS),
  },
];

/** One at a time a machine: they share a storage. */
async function images(context: SuiteContext, config: string): Promise<SuiteResult> {
  const onWait = (pid: number): void => context.report({ label: `waiting for the images of process ${pid}` });
  return await withLock(join(context.cacheDir, 'images.lock'), onWait, () => vitest(context, config, IMAGES_TIMEOUT_MS), context.signal);
}

async function vitest(context: SuiteContext, config: string, timeoutMs: number): Promise<SuiteResult> {
  const output = join(context.scratch, `${config.replaceAll('/', '-')}.json`);
  let files = 0;
  const onLine = (line: string): void => {
    const file = /[✓×❯↓] (\S+\.test\.ts)/.exec(line)?.[1];
    if (file === undefined) return;
    files += 1;
    context.report({ label: `files done, the last ${file}`, done: files });
  };
  const args = [
    bin(context, 'vitest/vitest.mjs'),
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
  ];
  const result = await runCommand(context.node, args, context.signal, { cwd: context.root, env: environment(context), onLine, timeoutMs });
  const text = await readOr(output);
  if (text === undefined) return broken(result);
  const { failures, ...counts } = readVitest(text);
  return notBetterThan(result, { ...counts, details: counts.failed > 0 ? failures : [] });
}

async function pytest(context: SuiteContext): Promise<SuiteResult> {
  const output = join(context.scratch, 'pytest.xml');
  let files = 0;
  const onLine = (line: string): void => {
    if (!/^\S+\.py\b/.test(line)) return;
    files += 1;
    context.report({ label: `files, now ${line.split(' ')[0]}`, done: files });
  };
  const args = [
    '-m',
    'pytest',
    '-o',
    'console_output_style=classic',
    '-p',
    'no:cacheprovider',
    '--color=no',
    '-rs',
    `--junitxml=${output}`,
  ];
  const result = await runCommand(context.pythonPath, args, context.signal, {
    cwd: join(context.root, 'gpu-services'),
    env: environment(context),
    onLine,
    timeoutMs: SUITE_TIMEOUT_MS,
  });
  const text = await readOr(output);
  if (text === undefined) return broken(result);
  const counts = readJunit(text);
  // 5: pytest found no test at all.
  return notBetterThan(result, { ...counts, details: result.code === 0 ? skips(result) : result.tail.slice(-40) });
}

async function nodeTests(context: SuiteContext): Promise<SuiteResult> {
  const cwd = join(context.root, 'sipp-scenarios');
  const files = (await readdir(join(cwd, 'test'))).filter((name) => name.endsWith('.test.js')).map((name) => join('test', name));
  const result = await runCommand(context.node, ['--test', '--test-reporter=tap', ...files], context.signal, {
    cwd,
    env: environment(context),
    timeoutMs: SUITE_TIMEOUT_MS,
  });
  return notBetterThan(result, { ...readTap(result.stdout), details: result.code === 0 ? [] : result.tail.slice(-40) });
}

/** A tool that says by its exit code whether all is well. */
async function oneCheck(context: SuiteContext, command: string, args: readonly string[], cwd = context.root): Promise<SuiteResult> {
  const result = await runCommand(command, args, context.signal, { cwd, env: environment(context), timeoutMs: SUITE_TIMEOUT_MS });
  return result.code === 0
    ? { passed: 1, failed: 0, skipped: 0, details: [] }
    : { passed: 0, failed: 1, skipped: 0, details: result.tail.slice(-40) };
}

/** No report at all: the tool itself broke down. */
function broken({ code, tail }: CommandResult): SuiteResult {
  return { passed: 0, failed: 1, skipped: 0, details: [`ended with code ${code} without a report`, ...tail.slice(-30)] };
}

/** A tool that ends badly although every test passed has found something else: an error outside the tests, or none to run. */
function notBetterThan(result: CommandResult, counts: SuiteResult): SuiteResult {
  if (result.code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, details: [`ended with code ${result.code} although no test failed`, ...result.tail.slice(-30)] };
}

function joined(results: readonly SuiteResult[]): SuiteResult {
  const sum = (pick: (counts: Counts) => number): number => results.reduce((total, counts) => total + pick(counts), 0);
  return {
    passed: sum((one) => one.passed),
    failed: sum((one) => one.failed),
    skipped: sum((one) => one.skipped),
    details: results.flatMap((one) => one.details),
  };
}

function skips({ tail }: CommandResult): readonly string[] {
  return tail.filter((line) => line.startsWith('SKIPPED'));
}

function environment({ modelsDir, cacheDir, pythonPath }: SuiteContext): Readonly<Record<string, string | undefined>> {
  return {
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
    CI: '1',
    PARLEY_MODELS_DIR: modelsDir,
    PARLEY_CACHE_DIR: cacheDir,
    PARLEY_PYTHON_PATH: pythonPath,
    OMP_NUM_THREADS: '1',
  };
}

function bin({ root }: SuiteContext, path: string): string {
  return join(root, 'node_modules', path);
}

async function readOr(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
