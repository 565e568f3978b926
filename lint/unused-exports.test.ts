import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unusedExports } from './unused-exports.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const ALIASES = { '#media': './media/index.ts', '#domain/*': './domain/*.ts' };
const unused = (files: Record<string, string>) => unusedExports(new Map(Object.entries(files)), ALIASES);

describe('an export that nobody needs', () => {
  it.each([
    ['nobody imports', { 'app/a.ts': 'export const a = 1; export function b() {} export class C {}' }, ['a', 'b', 'C']],
    ['its own file alone uses', { 'app/a.ts': 'export const a = 1; const b = a;' }, ['a']],
    ['a test alone uses', { 'app/a.ts': 'export const a = 1;', 'app/a.test.ts': "import { a } from './a.ts';" }, ['a']],
    ['is another of that name', { 'app/a.ts': 'export const a = 1;', 'app/b.ts': "import { a } from './c.ts';" }, ['a']],
    ['is the default', { 'app/a.ts': 'export default 1;' }, ['default']],
    ['is a type that nothing uses', { 'app/a.ts': 'export interface A { readonly a: 1 }' }, ['A']],
  ])('that %s is found', (_why, files, names) => {
    expect(unused(files as unknown as Record<string, string>)).toEqual(names.map((name) => `app/a.ts: ${name}`));
  });

  it('on the surface of a folder is found, though its own file is imported', () => {
    expect(
      unused({
        'sdp/index.ts': "export { a, type B } from './a.ts'; export * from './c.ts';",
        'sdp/a.ts': 'export const a = 1; export type B = 1;',
        'sdp/c.ts': 'export const c = 1;',
      }),
    ).toEqual(['sdp/index.ts: a', 'sdp/index.ts: B']);
  });

  it.each([
    ['another file imports', "import { a } from './a.ts'; a;"],
    ['another file imports by another name', "import { a as b } from './a.ts'; b;"],
    ['another file imports with all the rest', "import * as all from './a.ts'; all;"],
    ['another file loads', "export const load = () => import('./a.ts');"],
    ['another file names as a type', "export const x: typeof import('./a.ts').a = 1; import { x as y } from './b.ts'; y;"],
    ['another folder reaches by its alias', "import { a } from '#domain/a'; a;"],
  ])('is none that %s', (_why, text) => {
    const folder = text.includes('#') ? 'domain' : 'app';
    expect(unused({ [`${folder}/a.ts`]: 'export const a = 1;', 'app/b.ts': text }).filter((found) => found.includes('/a.ts'))).toEqual([]);
  });

  it('is none that a test imports and its own file uses, nor a type that its own file uses', () => {
    expect(
      unused({
        'app/a.ts': 'export const a = 1; export interface O { readonly o: 1 } export function f(o: O) { return a + o.o; }',
        'app/b.ts': "import { f } from './a.ts'; f({ o: 1 });",
        'app/a.test.ts': "import { a } from './a.ts'; a;",
      }),
    ).toEqual([]);
  });
});

it('there is none in this project: drop `export`, or the code', () => {
  const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.js', '*.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const present = paths.split('\n').filter((path) => path !== '' && existsSync(join(ROOT, path)));
  const { imports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { imports: Record<string, string> };
  expect(unusedExports(new Map(present.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])), imports)).toEqual([]);
}, 60_000);
