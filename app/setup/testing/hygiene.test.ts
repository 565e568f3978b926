import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkHygiene } from './hygiene.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-hygiene-'));
  write('package.json', '{"dependencies":{"a":"1.0.0"}}');
  write(
    'package-lock.json',
    '{"packages":{"":{"dependencies":{"a":"1.0.0"}},"node_modules/a":{"version":"1.0.0","integrity":"sha512-a"}}}',
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function faults(): Promise<readonly string[]> {
  const results = await checkHygiene(folder, new AbortController().signal);
  expect(results.filter((result) => result.failed > 0).length).toBeLessThanOrEqual(results.length);
  return results.flatMap((result) => result.details);
}

describe('what no reader of one file notices', () => {
  it('a clean tree has nothing, and what is installed is not looked at', async () => {
    write('app/a.ts', "const path = '/usr/share/sounds'; const url = 'http://127.0.0.1:8000/work/x';\n");
    write('node_modules/a/index.js', '// TO' + 'DO\n');
    expect(await faults()).toEqual([]);
  });

  it.each([
    ["open('/ro" + "ot/models/x')", 'a path of one machine'],
    ['cd /wo' + 'rk/main', 'a path of one machine'],
    ['/ho' + 'me/somebody/x', 'a path of one machine'],
    ['https://py' + 'pi.org/simple', "a package registry's host"],
    ['-----BEGIN RSA PRIV' + 'ATE KEY-----', 'a private key'],
    ['AKI' + 'AABCDEFGHIJKLMNOP', 'an access key'],
    ['// TO' + 'DO later', 'a marker of unfinished work'],
  ])('%s is %s', async (text, title) => {
    write('media/a.ts', `const ok = 1;\n${text}\n`);
    expect(await faults()).toEqual([`media/a.ts:2: ${title}`]);
  });

  it('a file with more than 400 lines', async () => {
    write('media/a.ts', 'x\n'.repeat(401));
    expect(await faults()).toEqual(['media/a.ts: 401 lines; 400 are the most']);
  });

  it('a lock file that names a registry or is behind package.json', async () => {
    write('package-lock.json', '{"packages":{"":{"dependencies":{"a":"0.9.0"}},"node_modules/a":{"version":"1.0.0","resolved":"x"}}}');
    expect(await faults()).toEqual([
      'package-lock.json: a is 1.0.0 in package.json and 0.9.0 in the lock file',
      'package-lock.json: node_modules/a names where it came from',
      'package-lock.json: node_modules/a has no integrity',
    ]);
  });
});
