import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { places, ROOT } from './places.ts';

const section =
  readFileSync(join(ROOT, 'docs', 'environment.md'), 'utf8')
    .split('## Places\n')[1]
    ?.split('\n## ')[0] ?? '';
const rows = [...section.matchAll(/^\| `(\w+)` \| `([^`]*)` \|/gm)].map(([, name = '', example = '']) => ({ name, example }));

it('docs/environment.md names them', () => {
  expect(rows.map(({ name }) => name)).toEqual(['PARLEY_CACHE_DIR', 'PARLEY_MODELS_DIR', 'XDG_CACHE_HOME']);
});

it.each(rows)('$name=$example is where things are kept', ({ name, example }) => {
  const { cacheDir, modelsDir } = places({ [name]: example }, 'linux');
  expect([cacheDir, modelsDir].some((folder) => folder.startsWith(example))).toBe(true);
});
