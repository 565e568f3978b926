import { join } from 'node:path';
import type { PrivatePlaces } from './private-files.ts';
import { CERT_NAME, KEY_NAME } from './https/certificate.ts';
import { runningFile } from './running-file.ts';

interface PrivateKeys {
  readonly http: { readonly tokenFile: string; readonly https: { readonly directory: string } };
  readonly store: { readonly path: string };
  readonly actions: { readonly dataDir: string };
}

/**
 * Where private things lie. A folder is ours whole where only we put things: the checkout's own `data`, what actions remember, and what was
 * spoken, in the cache. Of a folder for certificates only our own files are: an operator may keep others there.
 */
export function privatePlaces(
  { http, store, actions }: PrivateKeys,
  { root, cacheDir }: { readonly root: string; readonly cacheDir: string },
): PrivatePlaces {
  return {
    folders: [join(root, 'data'), actions.dataDir, join(cacheDir, 'phrases'), join(cacheDir, 'tts')],
    files: [
      join(http.https.directory, KEY_NAME),
      join(http.https.directory, CERT_NAME),
      http.tokenFile,
      runningFile(http.tokenFile),
      ...['', '-wal', '-shm', '-journal'].map((ending) => `${store.path}${ending}`),
      join(cacheDir, 'vectors.json'),
    ],
  };
}
