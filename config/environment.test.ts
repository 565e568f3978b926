import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { seedVariables } from './environment.ts';
import { loadConfig, type Loaded } from './load.ts';

const root = dirname(import.meta.dirname);
const document = readFileSync(join(root, 'docs', 'environment.md'), 'utf8');

let cwd: string;
beforeAll(() => (cwd = mkdtempSync(join(tmpdir(), 'parley-environment-'))));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function load(env: Readonly<Record<string, string>>): Loaded {
  return loadConfig({ argv: [], env, root, cwd });
}

/** The rows of a section's table: variable, example, and the code spans of what stands behind. */
function rows(section: string): readonly { readonly name: string; readonly example: string; readonly spans: readonly string[] }[] {
  const text = document.split(`## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return text.split('\n').flatMap((line) => {
    const cells = /^\| `(\w+)` \| `([^`]*)` \| (.*) \|$/.exec(line);
    return cells === null
      ? []
      : [
          {
            name: cells[1] ?? '',
            example: cells[2] ?? '',
            spans: [...(cells[3] ?? '').matchAll(/`([^`]*)`/g)].map(([, span]) => span ?? ''),
          },
        ];
  });
}

describe('docs/environment.md', () => {
  it('names every variable that sets a key of the app', () => {
    expect(
      rows('Settings of the app')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(seedVariables.map(({ name }) => name).toSorted());
  });

  it.each(rows('Settings of the app'))('$name=$example sets what the table says', ({ name, example, spans }) => {
    const loaded = load({ [name]: example, PARLEY_SERVICES_KEY: 'a-key-of-sixteen-or-more', ELEVENLABS_API_KEY: 'an-api-key' });
    if (loaded.kind === 'faults') throw new Error(loaded.report);
    const said = spans
      .filter((span) => /^[\w.]+=/.test(span))
      .map((span) => [span.slice(0, span.indexOf('=')), span.slice(span.indexOf('=') + 1)] as const);
    expect(said.length).toBeGreaterThan(0);
    for (const [key, value] of said) {
      const found = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], loaded.config);
      expect([key, found]).toEqual([key, typeof found === 'string' ? value : parse(value)]);
      expect(loaded.effective).toMatch(new RegExp(`${key.split('.').at(-1)}: .*# ${name}`));
    }
  });

  it.each(rows('Secrets'))('$name, and its file, are read and not shown', ({ name, example }) => {
    writeFileSync(join(cwd, name), `${example}\n`, { mode: 0o600 });
    for (const [variable, value] of [
      [name, example],
      [`${name}_FILE`, name],
    ] as const) {
      const loaded = load({ [variable]: value });
      if (loaded.kind === 'faults') throw new Error(loaded.report);
      expect(Object.values(loaded.secrets)).toEqual([example]);
      expect(loaded.effective).toContain(`******** from ${variable}`);
      expect(loaded.effective).not.toContain(example);
    }
  });
});

describe('RMS_SPEECH_THRESHOLD', () => {
  it.each([
    ['58', -55],
    ['600', -34.7],
    ['1.04', -90],
    ['3276', -20],
  ])('%s is %d dBov, and the report shows both', (text, dbov) => {
    const loaded = load({ RMS_SPEECH_THRESHOLD: text });
    expect(loaded.kind === 'loaded' && loaded.config.media.vad.gateFloorDbov).toBe(dbov);
    if (dbov !== -55)
      expect(loaded.kind === 'loaded' && loaded.effective).toContain(
        `gateFloorDbov: ${dbov}  # RMS_SPEECH_THRESHOLD = ${text} of 32768; default -55`,
      );
  });

  it.each(['5000', '0', '-3', '1', 'loud', '1e9', 'NaN', 'Infinity'])('%s is told in its own unit, never cut', (text) => {
    const loaded = load({ RMS_SPEECH_THRESHOLD: text });
    const [fault] = loaded.kind === 'faults' ? loaded.faults : [];
    expect([fault?.source, fault?.value]).toEqual(['RMS_SPEECH_THRESHOLD', text]);
    expect(loaded.kind === 'faults' && loaded.report).toContain(
      'must be a number from 1.04 to 3276, the root mean square of 16-bit samples',
    );
  });
});
