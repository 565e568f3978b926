import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** The text of a small file and its mode, or why it cannot be read. `path` is taken from `base` when it is relative. */
export function readTextFrom(
  base: string,
): (path: string) => { readonly text: string; readonly mode: number } | { readonly error: string } {
  return (path) => {
    try {
      const file = resolve(base, path);
      return { text: readFileSync(file, 'utf8'), mode: statSync(file).mode };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}
