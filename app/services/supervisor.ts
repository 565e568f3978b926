import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unreachable } from '#domain/assert';
import type { Clock } from '#domain/clock';
import { AppError } from '#domain/errors';
import { WakeTimer } from '#kit/io/wake-timer';
import { whyNotFree } from '../free-port.ts';
import type { LogFunction } from '../telemetry/log.ts';
import { probeHealth, type HealthAnswer } from './health-probe.ts';
import { LineCutter, ServiceLogReader } from './log-lines.ts';
import type { PlannedService } from './plan.ts';
import { RestartPolicy, type PolicyAction, type PolicyInput, type RestartOptions, type ServiceState } from './restart-policy.ts';

export interface SupervisorOptions extends RestartOptions {
  readonly healthTimeoutMs: number;
  readonly niceness: number;
  readonly transcripts: boolean;
  readonly pythonPath: string;
  readonly modelsDir: string;
  readonly cacheDir: string;
  /** The checkout; the services run in its `gpu-services`. */
  readonly root: string;
  readonly clock: Clock;
  readonly log: LogFunction;
  readonly onState: (state: ServiceState) => void;
  /** How long a taken port is waited for. Default 9,000: a service whose app was killed notices within a second and has five to end. */
  readonly portPatienceMs?: number;
}

export type StartablePlan = PlannedService & { readonly start: NonNullable<PlannedService['start']> };

/** One thread a model: cores are shared with media, and spinning threads take them from each other. */
const BASE_ENV = {
  PYTHONUNBUFFERED: '1',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  TOKENIZERS_PARALLELISM: 'false',
  HF_HUB_DISABLE_TELEMETRY: '1',
};
/** Exit code of our services for settings that are not right. */
const SETTINGS_EXIT_CODE = 2;
const PORT_PATIENCE_MS = 9_000;

/** The process of one service: performs what the policy decides. */
export class ServiceSupervisor {
  readonly name: PlannedService['name'];
  /** Resolves when the service was ready for the first time; fails when it never comes up. */
  readonly firstReady: Promise<void>;
  readonly #plan: StartablePlan;
  readonly #options: SupervisorOptions;
  readonly #policy: RestartPolicy;
  readonly #settle: { resolve: () => void; reject: (error: Error) => void };
  #child: ChildProcess | undefined;
  readonly #timer: WakeTimer;
  #details: Readonly<Record<string, unknown>> = {};
  #lastState: ServiceState = 'stopped';
  #onStopped: (() => void) | undefined;

  constructor(plan: StartablePlan, options: SupervisorOptions) {
    this.name = plan.name;
    this.#plan = plan;
    this.#options = options;
    this.#policy = new RestartPolicy(options);
    this.#timer = new WakeTimer(options.clock, () => this.#feed({ kind: 'wake' }));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.firstReady = promise;
    // Whoever wants to know awaits it; nobody has to.
    promise.catch(() => {});
    this.#settle = { resolve, reject };
  }

  get state(): ServiceState {
    return this.#policy.state;
  }

  get report(): {
    readonly pid?: number;
    readonly restarts: number;
    readonly reason?: string;
    readonly details: Readonly<Record<string, unknown>>;
  } {
    const { reason, restarts } = this.#policy;
    const pid = this.#child?.pid;
    return { restarts, details: this.#details, ...(pid === undefined ? {} : { pid }), ...(reason === undefined ? {} : { reason }) };
  }

  start(): void {
    this.#feed({ kind: 'start' });
  }

  restart(): void {
    this.#feed({ kind: 'restart' });
  }

  /** SIGTERM, then SIGKILL at the deadline. Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.#policy.state === 'stopped') return;
    const stopped = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    this.#feed({ kind: 'stop' });
    await stopped;
  }

  #feed(input: PolicyInput): void {
    for (const action of this.#policy.handle(this.#options.clock.nowMs(), input)) this.#perform(action);
    this.#timer.arm(this.#policy.wakeAtMs);
    const { state } = this.#policy;
    if (state === this.#lastState) return;
    this.#lastState = state;
    if (state === 'ready') this.#settle.resolve();
    if (state === 'stopped') this.#onStopped?.();
    this.#options.onState(state);
  }

  #perform(action: PolicyAction): void {
    switch (action.kind) {
      case 'spawn':
        void this.#spawn();
        return;
      case 'probe':
        void this.#probe();
        return;
      case 'terminate':
        this.#signal('SIGTERM');
        return;
      case 'kill':
        this.#options.log('warn', 'service did not stop in time and is killed', { service: this.name });
        this.#signal('SIGKILL');
        return;
      case 'gave-up':
        this.#settle.reject(new AppError('SERVICE_FAILED', `The ${this.name} service does not start: ${action.reason}`));
        return;
      default:
        unreachable(action);
    }
  }

  async #spawn(): Promise<void> {
    const { start } = this.#plan;
    const { log, niceness, pythonPath, modelsDir, cacheDir, root, transcripts } = this.#options;
    const taken = await whyPortIsTaken(start.host, start.port, this.#plan.healthUrl, this.#options.portPatienceMs ?? PORT_PATIENCE_MS);
    if (this.#policy.state === 'stopped') return;
    if (taken !== undefined) {
      this.#feed({
        kind: 'exited',
        cause: `SERVICE_PORT_TAKEN: ${taken} Stop it, or choose another port with --set ${addressKey(this.name)}`,
        hopeless: true,
      });
      return;
    }
    const args = [
      '-m',
      start.module,
      '--host',
      start.host,
      '--port',
      String(start.port),
      '--log-level',
      start.env['LOG_LEVEL'] ?? 'info',
      '--parent-pid',
      String(process.pid),
    ];
    // Its own process group: a Ctrl-C at the terminal is for the app, which still needs the voice to say goodbye.
    const child = spawn(pythonPath, args, {
      cwd: join(root, 'gpu-services'),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...BASE_ENV,
        PARLEY_MODELS_DIR: modelsDir,
        PARLEY_CACHE_DIR: cacheDir,
        TTS_CACHE_DIR: join(cacheDir, 'tts'),
        ...start.env,
      },
    });
    this.#child = child;
    const reader = new ServiceLogReader(this.name, log, { transcripts });
    for (const stream of ['stdout', 'stderr'] as const) {
      const cutter = new LineCutter();
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        for (const line of cutter.cut(chunk)) reader.read(line, stream);
      });
    }
    lowerPriority(child.pid, niceness, this.name, log);
    let isOver = false;
    const over = (cause: string, hopeless: boolean): void => {
      if (isOver) return;
      isOver = true;
      this.#child = undefined;
      const because = [cause, ...reader.complaints.slice(-6)].join('\n    ');
      log(this.#onStopped === undefined ? 'warn' : 'info', 'service ended', { service: this.name, cause });
      this.#feed({ kind: 'exited', cause: because, hopeless });
    };
    child.on('error', (error) => over(`${pythonPath} cannot be run: ${error.message}`, true));
    // `close` comes after the last line was read.
    child.on('close', (code, signal) =>
      over(signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`, code === SETTINGS_EXIT_CODE),
    );
    log('info', 'service started', { service: this.name, servicePid: child.pid, port: start.port });
  }

  async #probe(): Promise<void> {
    const pid = this.#child?.pid;
    const answer: HealthAnswer =
      pid === undefined
        ? { outcome: 'none' }
        : await probeHealth(this.#plan.healthUrl, 'ours', this.#options.healthTimeoutMs, this.#plan.key);
    if (answer.details !== undefined) this.#details = answer.details;
    // The process that was asked is gone: nothing was learnt about its successor.
    const outcome = pid === this.#child?.pid ? answer.outcome : 'none';
    this.#feed({ kind: 'health', outcome, ...(answer.reason === undefined ? {} : { reason: answer.reason }) });
  }

  #signal(name: NodeJS.Signals): void {
    if (this.#child === undefined) {
      // Stopped while the port was still being looked at: there is no process whose end would be reported.
      queueMicrotask(() => this.#feed({ kind: 'exited', cause: 'not started', hopeless: false }));
      return;
    }
    this.#child.kill(name);
  }
}

/** Speech models must never make RTP late, so they get the processor after it. */
function lowerPriority(pid: number | undefined, niceness: number, service: string, log: LogFunction): void {
  if (pid === undefined || niceness === 0) return;
  try {
    setPriority(pid, niceness);
  } catch {
    log('warn', 'priority of a service cannot be lowered', { service });
  }
}

/** Who has the port, if it stays taken; a service of a killed app needs a moment to notice. */
async function whyPortIsTaken(host: string, port: number, healthUrl: string, patienceMs: number): Promise<string | undefined> {
  for (let waitedMs = 0; ; waitedMs += 300) {
    const code = await whyNotFree('tcp', host, port);
    if (code === undefined) return undefined;
    if (code !== 'EADDRINUSE') return `port ${port} on ${host} cannot be used (${code}).`;
    if (waitedMs >= patienceMs) break;
    await sleep(300);
  }
  const { details } = await probeHealth(healthUrl, 'ours', 1_000);
  const who = typeof details?.['service'] === 'string' ? `the ${details['service']} service of another Parley` : 'another program';
  return `port ${port} is taken by ${who}.`;
}

function addressKey(name: PlannedService['name']): string {
  switch (name) {
    case 'stt':
      return 'clients.stt.url=ws://127.0.0.1:PORT/ws/stt';
    case 'tts':
      return 'clients.tts.url=http://127.0.0.1:PORT/tts/stream';
    case 'llm':
      return 'clients.llm.baseUrl=http://127.0.0.1:PORT and the same for clients.embedding.baseUrl';
    case 'embedding':
      return 'clients.embedding.baseUrl=http://127.0.0.1:PORT';
    default:
      return unreachable(name);
  }
}
