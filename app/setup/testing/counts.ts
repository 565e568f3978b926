import type { Counts } from './suite.ts';

interface VitestReport {
  readonly success?: boolean;
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

const MAX_FAILURES_SHOWN = 20;

/** Counts of vitest's JSON report. A file that cannot even be loaded is one failure. */
export function readVitest(text: string): Counts & { readonly failures: readonly string[] } {
  const { testResults = [] } = JSON.parse(text) as VitestReport;
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const failures: string[] = [];
  for (const file of testResults) {
    let failedHere = 0;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') {
        failedHere += 1;
        failures.push(`${file.name}: ${test.fullName}\n${(test.failureMessages ?? []).join('\n').slice(0, 2_000)}`);
      } else skipped += 1;
    }
    if (file.status === 'failed' && failedHere === 0) {
      failedHere = 1;
      failures.push(`${file.name}: ${(file.message ?? 'the file could not be run').slice(0, 2_000)}`);
    }
    failed += failedHere;
  }
  return { passed, failed, skipped, failures: failures.slice(0, MAX_FAILURES_SHOWN) };
}

/** Counts of a JUnit report, as pytest writes it. */
export function readJunit(text: string): Counts {
  const counts = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  for (const suite of text.matchAll(/<testsuite\s[^>]*>/g)) {
    for (const key of Object.keys(counts) as (keyof typeof counts)[]) {
      counts[key] += Number(new RegExp(`\\s${key}="(\\d+)"`).exec(suite[0])?.[1] ?? 0);
    }
  }
  const failed = counts.failures + counts.errors;
  return { passed: Math.max(0, counts.tests - failed - counts.skipped), failed, skipped: counts.skipped };
}

/** Counts of `node --test` with the tap reporter. */
export function readTap(text: string): Counts {
  const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { passed: count('pass'), failed: count('fail') + count('cancelled'), skipped: count('skipped') + count('todo') };
}
