import { createServer } from 'node:net';
import type { ChildProcess } from 'node:child_process';
import { AppError } from '#domain/errors';
import { unreachable } from '#domain/assert';
import { ms } from '#domain/units';
import type { Config, Secrets } from '#config';
import { systemClock } from '../system-clock.ts';
import type { LogFunction } from '../telemetry/log.ts';
import { probe } from './probe.ts';
import { startProcess } from './process.ts';
import { serviceSpecs, type ServiceName, type ServiceSpec, type SpecPlaces } from './specs.ts';
import { ServiceWatch, type ServiceState, type WatchAction, type WatchInput, type WatchOptions } from './watch.ts';

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly state: ServiceState;
  readonly reason?: string;
  readonly pid?: number;
}

/** The speech services: started, watched and started again, or only watched. */
export interface Services {
  /** Resolves once all of them have been ready; rejects when a managed one keeps failing before that. */
  readonly ready: Promise<void>;
  status(): readonly ServiceStatus[];
  /** Ends all that we started. Idempotent. */
  stop(): Promise<void>;
}

export interface ServicesDependencies {
  readonly places: SpecPlaces;
  readonly secrets: Secrets;
  readonly log: LogFunction;
  readonly progress: (message: string) => void;
}

export async function startServices(config: Config, deps: ServicesDependencies): Promise<Services> {
  const specs = serviceSpecs(config, deps.secrets, deps.places);
  for (const { name, port, process: own } of specs) if (own !== undefined) await portMustBeFree(name, port);
  const watched = specs.map((spec) => new WatchedService(spec, watchOptions(config, spec), config.services.supervision.healthTimeoutMs, deps));
  const ready = Promise.all(watched.map((service) => service.ready)).then(() => undefined);
  ready.catch(() => {});
  for (const service of watched) service.start();
  return {
    ready,
    status: () => watched.map((service) => service.status()),
    stop: async () => {
      await Promise.all(watched.map((service) => service.stop()));
    },
  };
}

function watchOptions({ services: { supervision } }: Config, spec: ServiceSpec): WatchOptions {
  const { healthIntervalMs, misses, startTimeoutMs, backoffMs, maxBackoffMs, stableMs, stopGraceMs } = supervision;
  return {
    healthIntervalMs: ms(healthIntervalMs),
    misses,
    startTimeoutMs: ms(startTimeoutMs),
    backoffMs: ms(backoffMs),
    maxBackoffMs: ms(maxBackoffMs),
    stableMs: ms(stableMs),
    stopGraceMs: ms(stopGraceMs),
    managed: spec.process !== undefined,
  };
}

async function portMustBeFree(name: ServiceName, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', () => {
      reject(new AppError('SERVICE_PORT', `Port ${port} of the ${name} service is taken: stop what uses it (another Parley?), or choose another with --set clients.${KEYS[name]}`));
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

const KEYS: Readonly<Record<ServiceName, string>> = {
  stt: 'stt.url=ws://127.0.0.1:7013/ws/stt',
  tts: 'tts.url=http://127.0.0.1:7012/tts/stream',
  llm: 'llm.baseUrl=http://127.0.0.1:8010 (and clients.embedding.baseUrl)',
};

/** The shell of one watch: a process, a timer, and requests for its health. */
class WatchedService {
  readonly ready: Promise<void>;
  readonly #spec: ServiceSpec;
  readonly #watch: ServiceWatch;
  readonly #healthTimeoutMs: number;
  readonly #deps: ServicesDependencies;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reason: string | undefined;
  #failures = 0;
  #settleReady: { resolve: () => void; reject: (error: AppError) => void };
  #stopped: Promise<void> | undefined;
  #onStopped: () => void = () => {};

  constructor(spec: ServiceSpec, options: WatchOptions, healthTimeoutMs: number, deps: ServicesDependencies) {
    this.#spec = spec;
    this.#watch = new ServiceWatch(options);
    this.#healthTimeoutMs = healthTimeoutMs;
    this.#deps = deps;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#settleReady = { resolve, reject };
  }

  start(): void {
    this.#feed({ kind: 'start' });
  }

  stop(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#onStopped = resolve;
      this.#feed({ kind: 'stop' });
    });
    return this.#stopped;
  }

  status(): ServiceStatus {
    const pid = this.#child?.pid;
    return {
      name: this.#spec.name,
      state: this.#watch.state,
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      ...(pid === undefined ? {} : { pid }),
    };
  }

  #feed(input: WatchInput): void {
    for (const action of this.#watch.handle(systemClock.nowMs(), input)) this.#perform(action);
    clearTimeout(this.#timer);
    const { wakeAtMs } = this.#watch;
    if (wakeAtMs === undefined) return;
    this.#timer = setTimeout(() => this.#feed({ kind: 'wake' }), Math.max(0, wakeAtMs - systemClock.nowMs()));
    this.#timer.unref();
  }

  #perform(action: WatchAction): void {
    switch (action.kind) {
      case 'spawn':
        return this.#spawn();
      case 'probe':
        return void this.#probe();
      case 'kill':
        this.#child?.kill(action.signal);
        return;
      case 'changed':
        return this.#changed(action.state, action.reason);
      default:
        return unreachable(action);
    }
  }

  #spawn(): void {
    const { process: own } = this.#spec;
    if (own === undefined) return;
    this.#child = startProcess(own, this.#deps.log, (reason) => {
      this.#child = undefined;
      this.#feed({ kind: 'exited', reason });
    });
  }

  async #probe(): Promise<void> {
    const health = await probe(this.#spec.healthUrl, this.#healthTimeoutMs);
    if (!health.ok) this.#reason = health.reason;
    this.#feed(health.ok ? { kind: 'healthy' } : { kind: 'unhealthy', reason: health.reason });
  }

  #changed(state: ServiceState, reason: string | undefined): void {
    const { name } = this.#spec;
    this.#reason = reason;
    this.#deps.log(state === 'failed' ? 'error' : 'info', 'service state', { service: name, state, ...(reason === undefined ? {} : { reason }) });
    if (state === 'stopped') this.#onStopped();
    if (state === 'ready') {
      this.#failures = 0;
      this.#deps.progress(`${name} is ready`);
      this.#settleReady.resolve();
    }
    if (state !== 'failed') return;
    this.#failures += 1;
    if (this.#failures >= START_FAILURES) {
      this.#settleReady.reject(new AppError('SERVICE_FAILED', `The ${name} service does not start: ${reason ?? 'no reason given'}`));
    }
  }
}

/** So many failures in a row before it was ever ready end the start. */
const START_FAILURES = 3;
