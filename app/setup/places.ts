import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Places {
  readonly root: string;
  /** The Python environment of this checkout. */
  readonly venv: string;
  readonly pythonPath: string;
  /** Shared by all clones of one person. */
  readonly cacheDir: string;
  readonly modelsDir: string;
  /** Held by one set-up at a time. */
  readonly lockPath: string;
}

/** Where everything is kept: `PARLEY_CACHE_DIR` and `PARLEY_MODELS_DIR` win over the usual folders of the system. */
export function places(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): Places {
  const venv = join(ROOT, '.venv');
  const cacheDir = env['PARLEY_CACHE_DIR'] ? expand(env['PARLEY_CACHE_DIR']) : join(userCache(env, platform), 'parley');
  return {
    root: ROOT,
    venv,
    pythonPath: join(venv, platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'),
    cacheDir,
    modelsDir: env['PARLEY_MODELS_DIR'] ? expand(env['PARLEY_MODELS_DIR']) : join(cacheDir, 'models'),
    lockPath: join(ROOT, '.parley', 'setup.lock'),
  };
}

function userCache(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  if (env['XDG_CACHE_HOME']) return expand(env['XDG_CACHE_HOME']);
  return platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}

function expand(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}
