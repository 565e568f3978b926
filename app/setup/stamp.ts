import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A hash of texts and files: what a finished step was made from. */
export async function digestOf(parts: readonly ({ readonly file: string } | { readonly text: string })[]): Promise<string> {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update('file' in part ? await readFile(part.file) : part.text);
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** Whether the stamp at `path` says `digest`. */
export async function isStamped(path: string, digest: string): Promise<boolean> {
  try {
    return (await readFile(path, 'utf8')).trim() === digest;
  } catch {
    return false;
  }
}

/** Written last, and whole or not at all. */
export async function writeStamp(path: string, digest: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${digest}\n`);
  await rename(draft, path);
}
