import { fileURLToPath } from 'node:url';
import { loadConfig, type Config } from '#config';

/** The configuration as it is without any file or variable, with these keys set. */
export function configWith(...set: readonly string[]): Config {
  const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
  const loaded = loadConfig({ argv: set.flatMap((assignment) => ['--set', assignment]), env: {}, root, cwd: root });
  if (loaded.kind === 'faults') throw new Error(loaded.report);
  return loaded.config;
}
