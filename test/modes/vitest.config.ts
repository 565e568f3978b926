import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** A real broker, real models, and one mode at a time. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'modes',
    include: ['test/modes/**/*.test.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 300_000,
    hookTimeout: 120_000,
    reporters: ['default'],
  },
});
