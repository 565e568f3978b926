// Exports that nobody needs. The lint sees one file at a time, so this reads them all; unused-exports.test.ts runs it.
import { posix } from 'node:path';
import { parseSync } from 'vite';
import { isTestCode } from './import-law.js';

/** Loaded by name and not by an import, or by pages of other sites: what they export is for others to find. */
const LOADED_BY_NAME =
  /^(?:config\/personas\/actions\/.*|bench\/modes\/bench\.ts|lint\/(?:plugin|unused-exports)\.js|app\/setup\/launch\.mjs|(?:.*\/)?vite(?:st)?\.config\.ts|sipp-scenarios\/.*|webrtc-client\/web\/element\/voice-call\.ts)$/;

/**
 * What is exported and imported by no other file. What only tests import has to be used in its own file too, or passed on by the surface
 * of its folder: code that runs in tests alone is dead, but in bench/ and callers/. A type may stay where its own file uses it, as the options of a class: it says what the exported signatures are made of.
 * @param {ReadonlyMap<string, string>} files text by path from the root
 * @param {Readonly<Record<string, string>>} aliases `imports` of package.json
 * @returns {readonly string[]} `path: name`
 */
export function unusedExports(files, aliases) {
  const modules = new Map([...files].map(([path, text]) => [path, readModule(path, text)]));
  const inProduct = new Set();
  const inTests = new Set();
  for (const [path, { imports }] of modules)
    for (const { specifier, name } of imports) {
      const target = resolve(path, specifier, aliases);
      if (target !== undefined && target !== path) (isTestCode(path) ? inTests : inProduct).add(`${target}: ${name}`);
    }
  const isIn = (uses, path, name) => uses.has(`${path}: ${name}`) || uses.has(`${path}: *`);
  return [...modules]
    .filter(([path]) => !isTestCode(path) && !LOADED_BY_NAME.test(path))
    .flatMap(([path, { exports, words }]) =>
      exports
        .filter(({ name, isType, isPassedOn }) => {
          if (isIn(inProduct, path, name)) return false;
          const isUsedAtHome = (words.get(name) ?? 0) > 1;
          const isTested = isIn(inTests, path, name);
          return isType ? !isUsedAtHome && !isTested : !(isTested && (isUsedAtHome || isPassedOn || /^(?:bench|callers)\//.test(path)));
        })
        .map(({ name }) => `${path}: ${name}`),
    );
}

function readModule(path, text) {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be read: ${errors[0].message}`);
  const statics = [...module.staticImports, ...module.staticExports].flatMap(({ moduleRequest, entries }) =>
    entries.map((entry) => ({ specifier: (moduleRequest ?? entry.moduleRequest)?.value, name: nameOf(entry.importName) })),
  );
  const exports = module.staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ exportName }) => exportName.kind !== 'None')
    .map(({ exportName, isType, moduleRequest }) => ({ name: nameOf(exportName), isType, isPassedOn: moduleRequest !== null }));
  // The parser lists no `import('./x.ts').Name` of a type.
  const others = [...text.matchAll(/import\(\s*'([^']+)',?\s*\)(?:\.(\w+))?/g)].map(([, specifier, name]) => ({
    specifier,
    name: name ?? '*',
  }));
  return { imports: [...statics, ...others].filter(({ specifier }) => specifier !== undefined), exports, words: wordsOf(text) };
}

function nameOf({ kind, name }) {
  return kind === 'Name' ? name : kind === 'Default' ? 'default' : '*';
}

function wordsOf(text) {
  const words = new Map();
  for (const [word] of text.matchAll(/[\w$]+/g)) words.set(word, (words.get(word) ?? 0) + 1);
  return words;
}

function resolve(from, specifier, aliases) {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  for (const [alias, path] of Object.entries(aliases)) {
    if (alias === specifier) return posix.normalize(path);
    const [start] = alias.split('*');
    if (alias.endsWith('*') && specifier.startsWith(start)) return posix.normalize(path.replace('*', specifier.slice(start.length)));
  }
  return undefined;
}
