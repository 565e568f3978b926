// `npm test`: prepares what is missing, runs every suite (or those named), and ends with one line of counts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, errorText } from '#domain/errors';
import { ROOT } from './places.ts';
import { prepareFor } from './prepare.ts';
import { durationText, terminalUi } from './terminal.ts';
import { totalLine, type Suite, type SuiteResult } from './testing/suite.ts';
import { suites } from './testing/suites.ts';

const usage = `npm test -- [SUITE...]

Without a name all suites run; \`quick\` leaves out e2e and the images. The suites:
${suites.map(({ name, title }) => `  ${name.padEnd(16)}${title}`).join('\n')}`;

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const names = argv.flatMap((name) =>
    name === 'quick' ? suites.filter((suite) => suite.isLong !== true).map((suite) => suite.name) : [name],
  );
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no suite ${unknown.join(', ')}.\n\n${usage}\n`);
    return 2;
  }
  const chosen = names.length === 0 ? suites : suites.filter((suite) => names.includes(suite.name));
  const ui = terminalUi();
  const stop = new AbortController();
  const scratch = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const results: SuiteResult[] = [];
  try {
    const obstacles = new Map(await Promise.all(chosen.map(async (suite) => [suite.name, await suite.whyNotHere?.()] as const)));
    const possible = chosen.filter((suite) => obstacles.get(suite.name) === undefined);
    const prepared = await prepareFor([...new Set(possible.flatMap((suite) => suite.needs))], ui);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
    for (const [index, suite] of chosen.entries()) {
      if (stop.signal.aborted) return 130;
      const shown = ui.step(index + 1, chosen.length, suite.title, 'running');
      const startedAtMs = performance.now();
      const obstacle = obstacles.get(suite.name);
      const result =
        obstacle !== undefined
          ? { passed: 0, failed: 0, skipped: 1, details: [`skipped: ${obstacle}`] }
          : await runOne(suite, { ...prepared, root: ROOT, node: process.execPath, scratch, report: shown.report, signal: stop.signal });
      results.push(result);
      shown.done(`${totalLine([result])} in ${durationText(performance.now() - startedAtMs)}`);
      for (const line of result.details) process.stderr.write(`      ${line.replaceAll('\n', '\n        ')}\n`);
    }
  } catch (error) {
    results.push({ passed: 0, failed: 1, skipped: 0, details: [] });
    process.stderr.write(`\n${error instanceof AppError ? `${error.code}: ${error.message}` : (error as Error).stack}\n`);
    if (error instanceof AppError && error.code === 'SETUP_INTERRUPTED') return 130;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  process.stdout.write(`${totalLine(results)}\n`);
  return results.some((result) => result.failed > 0) ? 1 : 0;
}

/** A suite that throws is one failure; that it was broken off is not the suite's fault. */
async function runOne(suite: Suite, context: Parameters<Suite['run']>[0]): Promise<SuiteResult> {
  try {
    return await suite.run(context);
  } catch (error) {
    if (error instanceof AppError && error.code === 'SETUP_INTERRUPTED') throw error;
    return { passed: 0, failed: 1, skipped: 0, details: [errorText(error)] };
  }
}

process.exitCode = await main(process.argv.slice(2));
