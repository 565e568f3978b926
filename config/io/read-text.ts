import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The text of a small file, or why it cannot be read. `path` is taken from `base` when it is relative. */
export function readTextFrom(base: string): (path: string) => { readonly text: string } | { readonly error: string } {
  return (path) => {
    try {
      return { text: readFileSync(resolve(base, path), 'utf8') };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}
