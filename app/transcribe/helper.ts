import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setPriority } from 'node:os';
import { AppError } from '#domain/errors';

export interface PythonPlaces {
  readonly root: string;
  readonly pythonPath: string;
  readonly modelsDir: string;
  readonly cacheDir: string;
}

/** A module of `gpu-services`, at low priority, that ends with this process. */
export function startPython(
  module: string,
  args: readonly string[],
  places: PythonPlaces,
  env: Readonly<Record<string, string>> = {},
): Helper {
  return new Helper(`${module} ${args[0] ?? ''}`.trim(), places.pythonPath, ['-m', module, ...args, '--parent-pid', String(process.pid)], {
    cwd: join(places.root, 'gpu-services'),
    env: {
      PYTHONUNBUFFERED: '1',
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      TOKENIZERS_PARALLELISM: 'false',
      PARLEY_MODELS_DIR: places.modelsDir,
      TTS_CACHE_DIR: '',
      ...env,
    },
    niceness: NICENESS,
  });
}

/** A log line of our Python services. */
export function saying(message: string): RegExp {
  return new RegExp(`"msg": ?${JSON.stringify(message).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`);
}

/** A process for a while: whoever starts it waits until it works, and ends it. */
export class Helper {
  readonly #child: ChildProcess;
  readonly #name: string;
  #said = '';
  readonly #watchers = new Set<() => void>();
  readonly #exited: Promise<void>;

  constructor(
    name: string,
    command: string,
    args: readonly string[],
    { cwd, env, niceness }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly niceness?: number },
  ) {
    this.#name = name;
    this.#child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'exit').then(
      () => undefined,
      () => undefined,
    );
    this.#child.on('error', (error) => this.#keep(`${String(error)}\n`));
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (chunk: Buffer) => this.#keep(chunk.toString()));
    this.#child.on('exit', () => this.#keep(''));
    try {
      if (this.#child.pid !== undefined && niceness !== undefined) setPriority(this.#child.pid, niceness);
    } catch {
      // Not allowed to: it only makes others a little slower.
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when what it printed matches. Rejects with what it said when it ends before, or takes longer than `withinMs`. */
  async said(wanted: RegExp, withinMs = READY_WITHIN_MS): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const end = (error?: AppError): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = (): void => {
        if (wanted.test(this.#said)) end();
        else if (this.#child.exitCode !== null || this.#child.signalCode !== null)
          end(this.#failed(`ended with ${this.#child.exitCode ?? this.#child.signalCode}`));
      };
      const timer = setTimeout(() => end(this.#failed(`was not ready within ${withinMs / 1000} s`)), withinMs);
      this.#watchers.add(look);
      look();
    });
  }

  /** Idempotent. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    this.#child.kill(signal);
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.#exited;
    clearTimeout(insist);
  }

  #failed(how: string): AppError {
    return new AppError('SERVICE_FAILED', `SERVICE_FAILED: ${this.#name} ${how}:\n${this.#said.slice(-2000)}`);
  }

  #keep(text: string): void {
    this.#said = (this.#said + text).slice(-MAX_KEPT_CHARS);
    for (const look of this.#watchers) look();
  }
}

/** As the speech services of the app have it. */
const NICENESS = 10;
const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 8_000;
const MAX_KEPT_CHARS = 200_000;
