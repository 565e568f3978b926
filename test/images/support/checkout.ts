import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** What a checkout holds beside the sources; a few of these folders get a canary instead. */
const LEFT_OUT = new Set(['node_modules', '.venv', '.git', '.parley', 'data', 'coverage', '__pycache__', '.env']);

/** Where people keep what must never get into an image. */
const SECRET_PLACES = [
  'app/.env',
  'config/.env.production',
  'gpu-services/.env',
  'gpu-services/.env.local',
  'gpu-services/stt/.env',
  'gpu-services/models/.env',
  'data/api-token',
  'data/calls/canary.wav',
  'node_modules/canary.js',
  '.venv/canary.py',
  '.git/canary',
  'canary.pem',
  'config/personas/canary.yaml.bak',
];

/** A copy of `root` as a person's checkout, with `env` as its `.env` and `canary` in every other place where a secret may lie. */
export async function makeCheckout(root: string, folder: string, env: Readonly<Record<string, string>>, canary: string): Promise<void> {
  await cp(root, folder, {
    recursive: true,
    filter: (source) =>
      !relative(root, source)
        .split(sep)
        .some((part) => LEFT_OUT.has(part)) && !relative(root, source).startsWith(join('webrtc-client', 'dist')),
  });
  await writeFile(
    join(folder, '.env'),
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  for (const place of SECRET_PLACES) {
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await writeFile(join(folder, place), `SECRET=${canary}\n`);
  }
}
