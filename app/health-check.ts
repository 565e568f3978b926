// What a container engine runs to learn whether the app takes calls: exit 0, or 1 with the reason. It asks where the running app says that it
// listens, whatever address or port that is.
import { join } from 'node:path';
import { errorText } from '#domain/errors';
import { readRunning, runningFile } from './running-file.ts';

const PATIENCE_MS = 3_000;

const tokenFile = process.argv[2] ?? join(import.meta.dirname, '..', 'data', 'api-token');
try {
  const running = readRunning(runningFile(tokenFile));
  if (running === undefined) throw new Error('the app is not up yet');
  const reply = await fetch(`${running.httpUrl}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  process.stdout.write(`${await reply.text()}\n`);
  process.exitCode = reply.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${errorText(error)}\n`);
  process.exitCode = 1;
}
