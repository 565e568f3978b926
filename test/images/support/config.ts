import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** One file after the other: they share an engine and two cores. */
export function imagesConfig(name: string, folder: string): ViteUserConfig {
  return defineConfig({
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    test: {
      name,
      include: [`test/images/${folder}/**/*.test.ts`],
      fileParallelism: false,
      sequence: { concurrent: false },
      testTimeout: 5 * 60_000,
      // Images are built in hooks: packages are downloaded, and once more on a slow line.
      hookTimeout: 30 * 60_000,
      reporters: ['default'],
    },
  });
}
