import { AppError, errorText } from '#domain/errors';
import { run } from './run.ts';

/** What `npm start` runs under Node 24. The exit code says how it ended: 0 as asked, 1 a fault, 2 a mistake in the configuration. */
run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
    // Node 24 has been seen to hang in exit; everything is closed by now, so nothing is lost if we insist.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5_000).unref();
  },
  (error: unknown) => {
    const expected = error instanceof AppError;
    process.stderr.write(`\n${expected ? error.message : `Parley failed: ${error instanceof Error ? error.stack : errorText(error)}`}\n`);
    process.exit(1);
  },
);
