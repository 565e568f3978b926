import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadConfig } from './load.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = join(root, 'docs', 'telephony');

/** The configurations that a page shows, and the variables that it names for their secrets. */
function shown(page: string): readonly { readonly yaml: string; readonly env: Readonly<Record<string, string>> }[] {
  const text = readFileSync(join(pages, page), 'utf8');
  return [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml = '']) => ({
    yaml,
    env: Object.fromEntries([...yaml.matchAll(/passwordEnv: (\w+)/g)].map(([, name = '']) => [name, 'a secret of the test'])),
  }));
}

it.each(readdirSync(pages))('%s: what it tells an operator to write is accepted, word for word', (page) => {
  const all = shown(page);
  expect(all.length).toBeGreaterThan(0);
  for (const { yaml, env } of all) {
    const cwd = mkdtempSync(join(tmpdir(), 'parley-page-'));
    try {
      writeFileSync(join(cwd, 'own.yaml'), yaml);
      const loaded = loadConfig({ argv: ['--config', 'own.yaml'], env, root, cwd });
      expect(loaded.kind === 'faults' ? loaded.report : '').toBe('');
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  }
});
