import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writePrivateFile } from './private-files.ts';

/** Where a running Parley can be found: for `npm run call`, and for a second start that finds the ports taken. */
export interface Running {
  readonly pid: number;
  /** `host:port`. */
  readonly sip: string;
  /** The part before the `@`: who answers when nobody is named. */
  readonly user: string;
  readonly httpUrl: string;
  readonly sttUrl: string;
  readonly ttsUrl: string;
  /** Of the speech services: whoever may read this file may use them. */
  readonly servicesKey?: string;
}

/** Beside the API token, as that is where whoever looks for the app looks already. */
export function runningFile(tokenFile: string): string {
  return join(dirname(tokenFile), 'running.json');
}

/** A convenience: a folder that cannot be written keeps nobody from answering the phone. */
export function noteRunning(path: string, running: Running): void {
  try {
    writePrivateFile(path, `${JSON.stringify(running)}\n`);
  } catch {
    // `npm run call` then takes the usual ports.
  }
}

/** Undefined where none runs; one that was killed leaves its file behind. */
export function readRunning(path: string, isAlive: (pid: number) => boolean = isProcess): Running | undefined {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Running | null;
    return typeof found?.pid === 'number' && isAlive(found.pid) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Leaves the file of another one alone. */
export function forgetRunning(path: string, pid: number): void {
  if (readRunning(path)?.pid === pid) rmSync(path, { force: true });
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
