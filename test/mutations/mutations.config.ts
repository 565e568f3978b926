import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Defects that are put into a copy of the sources on purpose: each has to be noticed by the test that is named for it. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'mutations',
    include: ['test/mutations/mutations.suite.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default'],
  },
});
