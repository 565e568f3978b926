import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findScenario, runScenario } from '../index.js';
import { sippArguments } from '../lib/runner.js';

/**
 * Runs with a program in SIPp's place.
 * @param {string} script
 * @param {(sipp: string) => Promise<void>} use
 */
async function withSipp(script, use) {
  const dir = await mkdtemp(join(tmpdir(), 'fake-sipp-'));
  try {
    const sipp = join(dir, 'sipp');
    await writeFile(sipp, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await use(sipp);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

test('figures and errors are read, the exit code is explained', async () => {
  await withSipp(
    `test -f voice.ulaw || exit 99\nprintf 'SuccessfulCall(C);FailedCall(C);\\n3;1;\\n' > statistics.csv\necho 'unexpected 500' > errors.log\nexit 1`,
    async (sipp) => {
      const result = await runScenario({ name: 'voice', target: '127.0.0.1:5060', sipp });
      assert.equal(result.ok, false);
      assert.equal(result.meaning, 'at least one call failed');
      assert.equal(result.statistics?.successful, 3);
      assert.match(result.errors, /unexpected 500/);
    },
  );
});

test('what SIPp prints is shown where it wrote no error file', async () => {
  await withSipp('echo "Unable to bind"; exit 254', async (sipp) => {
    const result = await runScenario({ name: 'options', target: '127.0.0.1:5060', sipp });
    assert.equal(result.meaning, 'the local address or port cannot be bound');
    assert.match(result.errors, /Unable to bind/);
    assert.equal(result.statistics, undefined);
  });
});

test('a missing SIPp is named with the package that has it', async () => {
  await assert.rejects(
    runScenario({ name: 'options', target: '127.0.0.1:5060', sipp: 'sipp-that-is-not-there' }),
    /apt-get install sip-tester/,
  );
});

test('the command line', () => {
  const args = sippArguments(findScenario('tcp'), { name: 'tcp', target: 'h:1', calls: 20, rate: 5, user: 'echo', localPort: 5090 }).join(
    ' ',
  );
  assert.match(args, /^h:1 -sf answer-and-bye.xml -s echo .*-p 5090 -t t1 -m 20 -r 5 -l 20 -d 2000 .*-timeout 16s/);
});
