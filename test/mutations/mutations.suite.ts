import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MUTATIONS, type Mutation } from './mutations.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** What tests of media and whole calls do not need, or only as it is. */
const NOT_COPIED = new Set(['node_modules', '.venv', '.git', 'data', 'gpu-services', 'coverage', 'dist']);
/** A call that never ends is noticed, too. */
const RUN_WITHIN_MS = 90_000;
let scratch: string;

/** The sources are changed in a copy: nobody's work is touched, and a run that is broken off leaves nothing. */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'parley-mutations-'));
  await cp(root, scratch, { recursive: true, filter: (path) => path === root || !NOT_COPIED.has(basename(path)) });
  await symlink(join(root, 'node_modules'), join(scratch, 'node_modules'));
});
afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

interface Run {
  readonly failed: readonly string[];
  readonly passed: number;
  readonly output: string;
}

async function runTests(files: readonly string[], name?: RegExp): Promise<Run> {
  const report = join(scratch, 'report.json');
  await rm(report, { force: true });
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--root',
    scratch,
    ...files,
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  if (name !== undefined) args.push('--testNamePattern', name.source);
  const child = spawn(process.execPath, args, { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'], timeout: RUN_WITHIN_MS });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (output = (output + bytes.toString()).slice(-4_000)));
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  const text = await readFile(report, 'utf8').catch(() => '{"testResults":[]}');
  const { testResults } = JSON.parse(text) as {
    testResults: { assertionResults: { fullName: string; status: string }[] }[];
  };
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    failed: all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    passed: all.filter(({ status }) => status === 'passed').length,
    output,
  };
}

async function mutate({ file, find, replace }: Mutation): Promise<() => Promise<void>> {
  const path = join(scratch, file);
  const source = await readFile(path, 'utf8').catch(() => '');
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new Error(
      `${file} has ${places} places with "${find}" instead of one: the code has moved, so move this line of test/mutations/mutations.ts with it`,
    );
  await writeFile(
    path,
    source.replace(find, () => replace),
  );
  return () => writeFile(path, source);
}

it('without a defect all of these tests pass', async () => {
  const run = await runTests([...new Set(MUTATIONS.map(({ test }) => test))]);
  expect(run.failed, run.output).toEqual([]);
  expect(run.passed, run.output).toBeGreaterThan(MUTATIONS.length);
}, 300_000);

it.each(MUTATIONS)('$what', async (mutation) => {
  const restore = await mutate(mutation);
  try {
    const { failed, output } = await runTests([mutation.test], mutation.noticedBy);
    expect(
      failed.some((name) => mutation.noticedBy.test(name)),
      `nobody noticed; failed: ${failed.join('; ')}\n${output}`,
    ).toBe(true);
  } finally {
    await restore();
  }
});
