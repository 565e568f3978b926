import { spawn } from 'node:child_process';
import { AppError } from '#domain/errors';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Each line of both outputs, as it comes; a carriage return ends a line too. */
  readonly onLine?: (line: string) => void;
  /** Lines of file descriptor 3, for programs that can tell their progress there. */
  readonly onStatusLine?: (line: string) => void;
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly code: number;
  /** The last lines of output. */
  readonly tail: readonly string[];
  readonly stdout: string;
}

const TAIL_LINES = 60;
const MAX_LINE_CHARS = 4_000;
const KEPT_STDOUT_CHARS = 1 << 20;

/** Runs a program to its end. Its exit code is a result; that it cannot be run (127) or was ended by a signal is too. Abort ends it. */
export function runCommand(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(interrupted());
      return;
    }
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', ...(options.onStatusLine === undefined ? [] : ['pipe' as const])],
    });
    const tail: string[] = [];
    let stdout = '';
    const onLine = (line: string): void => {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      options.onLine?.(line);
    };
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      if (stdout.length < KEPT_STDOUT_CHARS) stdout += chunk;
    });
    for (const stream of [child.stdout, child.stderr]) readLines(stream, onLine);
    if (options.onStatusLine !== undefined) readLines(child.stdio[3] as NodeJS.ReadableStream, options.onStatusLine);
    const stop = (): void => {
      child.kill('SIGTERM');
    };
    signal.addEventListener('abort', stop, { once: true });
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
    const end = (code: number): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(interrupted());
      else resolve({ code, tail, stdout });
    };
    child.on('error', (error) => {
      onLine(`${command}: ${error.message}`);
      end(127);
    });
    child.on('close', (code) => end(code ?? 128));
  });
}

/** The set-up was broken off on purpose; it goes on with the next start. */
export function interrupted(): AppError {
  return new AppError('SETUP_INTERRUPTED', 'The set-up was interrupted. Run the same command again: it continues where it stopped.');
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(-MAX_LINE_CHARS);
    for (const line of lines) if (line.trim() !== '') onLine(line.trimEnd().slice(0, MAX_LINE_CHARS));
  });
  stream?.on('end', () => {
    if (rest.trim() !== '') onLine(rest.trimEnd());
  });
}
