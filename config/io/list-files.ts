import { readdirSync } from 'node:fs';

/** The names of the files of a folder with one of these endings, sorted; or why it cannot be read. */
export function listFiles(
  directory: string,
  endings: readonly string[],
): { readonly names: readonly string[] } | { readonly error: string } {
  try {
    const names = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
      .map(({ name }) => name);
    return { names: names.sort() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
