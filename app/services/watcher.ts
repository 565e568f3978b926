import { probeHealth } from './health-probe.ts';
import type { PlannedService } from './plan.ts';
import type { ServiceState } from './restart-policy.ts';

export interface WatcherOptions {
  readonly healthIntervalMs: number;
  readonly healthTimeoutMs: number;
  readonly misses: number;
  readonly onState: (state: ServiceState) => void;
}

/** Looks after a service that somebody else runs: says how it is, and can do nothing about it. */
export class ServiceWatcher {
  readonly name: PlannedService['name'];
  readonly firstReady: Promise<void>;
  readonly #plan: PlannedService;
  readonly #options: WatcherOptions;
  readonly #onFirstReady: () => void;
  #timer: NodeJS.Timeout | undefined;
  #state: ServiceState = 'starting';
  #isStopped = false;
  #misses = 0;
  #reason: string | undefined;
  #details: Readonly<Record<string, unknown>> = {};

  constructor(plan: PlannedService, options: WatcherOptions) {
    this.name = plan.name;
    this.#plan = plan;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.firstReady = promise;
    this.#onFirstReady = resolve;
  }

  get state(): ServiceState {
    return this.#state;
  }

  get report(): { readonly restarts: number; readonly reason?: string; readonly details: Readonly<Record<string, unknown>> } {
    return { restarts: 0, details: this.#details, ...(this.#reason === undefined ? {} : { reason: this.#reason }) };
  }

  start(): void {
    void this.#look();
  }

  /** Not ours to restart. */
  restart(): void {}

  stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#become('stopped');
    return Promise.resolve();
  }

  async #look(): Promise<void> {
    const { outcome, reason, details } = await probeHealth(this.#plan.healthUrl, 'other', this.#options.healthTimeoutMs, this.#plan.key);
    if (this.#isStopped) return;
    if (details !== undefined) this.#details = details;
    if (outcome === 'ready') {
      this.#misses = 0;
      this.#reason = undefined;
      this.#become('ready');
      this.#onFirstReady();
    } else {
      this.#misses += 1;
      this.#reason = reason ?? `no answer from ${this.#plan.healthUrl}`;
      if (this.#misses >= this.#options.misses) this.#become('failed');
    }
    this.#timer = setTimeout(() => void this.#look(), this.#options.healthIntervalMs);
  }

  #become(state: ServiceState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
