import { describe, expect, it } from 'vitest';
import { readJunit, readTap, readVitest } from './counts.ts';
import { totalLine } from './suite.ts';

describe('counting tests', () => {
  it('of vitest, where a file that cannot be loaded is a failure', () => {
    const report = {
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'x' },
            { status: 'failed', fullName: 'y', failureMessages: ['expected 1'] },
            { status: 'pending', fullName: 'z' },
          ],
        },
        { name: 'b.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
        { name: 'c.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'x' }] },
      ],
    };
    const counts = readVitest(JSON.stringify(report));
    expect(counts).toMatchObject({ passed: 2, failed: 2, skipped: 1 });
    expect(counts.failures).toEqual(['a.test.ts: y\nexpected 1', 'b.test.ts: Cannot find module']);
  });

  it('of pytest', () => {
    const xml =
      '<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1"><testcase name="tests"/></testsuite></testsuites>';
    expect(readJunit(xml)).toEqual({ passed: 4, failed: 3, skipped: 3 });
  });

  it('of node --test', () => {
    expect(readTap('TAP version 13\nok 1 - x\n# tests 5\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0\n')).toEqual({
      passed: 3,
      failed: 1,
      skipped: 1,
    });
  });

  it('ends in one line', () => {
    const one = { passed: 3, failed: 1, skipped: 0 };
    expect(totalLine([one, one])).toBe('6 passed, 2 failed');
    expect(totalLine([one, { passed: 0, failed: 0, skipped: 2 }])).toBe('3 passed, 1 failed, 2 skipped');
  });
});
