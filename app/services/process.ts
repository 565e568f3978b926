import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { LogFunction } from '../telemetry/log.ts';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** 0 to 19: how far its priority is lowered, so that models never make RTP late. */
  readonly niceness: number;
}

/** Starts a service process; its JSON log lines become ours. `onExit` is called once, also when it cannot be started. */
export function startProcess(spec: ProcessSpec, log: LogFunction, onExit: (reason: string) => void): ChildProcess {
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: { ...process.env, ...spec.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches the whole foreground group; the services must outlive it until the callers have heard a goodbye.
    detached: true,
  });
  let last = '';
  const forward = (line: string): void => {
    if (line.trim() === '') return;
    last = line.slice(0, 300);
    forwardLine(spec.name, line, log);
  };
  createInterface({ input: child.stdout }).on('line', forward);
  createInterface({ input: child.stderr }).on('line', forward);
  let gone = false;
  const end = (reason: string): void => {
    if (gone) return;
    gone = true;
    onExit(reason);
  };
  child.once('error', (error) => end(`${spec.command} cannot be started: ${error.message}`));
  child.once('exit', (code, signal) => end(code === 0 ? 'it ended' : `it ended with ${signal ?? `code ${String(code)}`}${last === '' ? '' : `; last line: ${last}`}`));
  lowerPriority(child, spec.niceness);
  return child;
}

function lowerPriority(child: ChildProcess, niceness: number): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, niceness);
  } catch {
    // It has ended already, or the system does not allow it; neither keeps it from working.
  }
}

const LEVELS = new Set(['debug', 'info', 'warn', 'error']);

/** A JSON line keeps its level and fields; anything else (a traceback) is logged as it is, as a warning. */
function forwardLine(service: string, line: string, log: LogFunction): void {
  try {
    const { level, message, msg, event, time: _time, timestamp: _timestamp, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const name = String(level).toLowerCase().replace('warning', 'warn').replace('critical', 'error');
    log(LEVELS.has(name) ? (name as 'info') : 'info', String(message ?? msg ?? event ?? 'service'), { service, ...fields });
  } catch {
    log('warn', 'service output', { service, line: line.slice(0, 500) });
  }
}
