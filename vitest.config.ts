import { defineConfig } from 'vitest/config';

/** Everything but `test/e2e`: unit tests, whole calls in virtual time, fuzzing, and the few that open sockets on free ports. */
export default defineConfig({
  test: {
    include: ['{domain,kit,sdp,media,pipeline,sip-gateway,webrtc-client,config,app,callers,bench,lint,test}/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/images/**', 'test/modes/**', '**/node_modules/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores are usual; more workers only take time from each other.
    maxWorkers: 2,
  },
});
