import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { loadConfig, type Config, type Loaded } from '../load.ts';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** For tests: a folder that is made for each and removed after it, and what the project makes of the files in it. */
export function configFolder() {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'parley-config-'));
  });
  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });
  return {
    path: (name: string): string => join(cwd, name),
    load: (argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Loaded => loadConfig({ argv, env, root, cwd }),
    write: (name: string, text: string): string => {
      writeFileSync(join(cwd, name), text);
      return name;
    },
  };
}

export function configOf(loaded: Loaded): Config {
  if (loaded.kind === 'faults') throw new Error(loaded.report);
  return loaded.config;
}

export function faultsOf(loaded: Loaded): readonly string[] {
  return loaded.kind === 'loaded' ? [] : loaded.faults.map(({ source, key, message }) => `${source} ${key ?? ''} ${message}`);
}
