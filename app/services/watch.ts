import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';

export interface WatchOptions {
  readonly healthIntervalMs: Ms;
  /** Misses in a row after which a service counts as dead. */
  readonly misses: number;
  /** From spawning to the first good health. */
  readonly startTimeoutMs: Ms;
  readonly backoffMs: Ms;
  readonly maxBackoffMs: Ms;
  /** Ready for so long, the next pause is the shortest again. */
  readonly stableMs: Ms;
  /** From SIGTERM to SIGKILL. */
  readonly stopGraceMs: Ms;
  /** False: somebody else starts it, we only look. */
  readonly managed: boolean;
}

export type WatchInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly reason: string }
  | { readonly kind: 'exited'; readonly reason: string }
  | { readonly kind: 'stop' }
  | { readonly kind: 'wake' };

export type WatchAction =
  | { readonly kind: 'spawn' }
  | { readonly kind: 'probe' }
  | { readonly kind: 'kill'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'changed'; readonly state: ServiceState; readonly reason?: string };

export type ServiceState = 'starting' | 'ready' | 'failed' | 'stopped';

/** Core: when one service is started, asked for its health, taken for dead, ended and started again. */
export class ServiceWatch {
  readonly #options: WatchOptions;
  readonly #timers = new TimerTable<'probe' | 'restart' | 'start-timeout' | 'kill' | 'stable'>();
  #state: ServiceState = 'stopped';
  #running = false;
  #stopping = false;
  #misses = 0;
  #backoffMs: Ms;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#backoffMs = options.backoffMs;
  }

  get state(): ServiceState {
    return this.#state;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  handle(nowMs: Ms, input: WatchInput): readonly WatchAction[] {
    switch (input.kind) {
      case 'start':
        return this.#start(nowMs);
      case 'healthy':
        return this.#healthy(nowMs);
      case 'unhealthy':
        return this.#unhealthy(nowMs, input.reason);
      case 'exited':
        return this.#exited(nowMs, input.reason);
      case 'stop':
        return this.#stop(nowMs);
      case 'wake':
        return this.#timers.takeDue(nowMs).flatMap((name) => this.#due(nowMs, name));
      default:
        return unreachable(input);
    }
  }

  #start(nowMs: Ms): readonly WatchAction[] {
    this.#misses = 0;
    this.#timers.arm('probe', ms(nowMs + FIRST_PROBE_MS));
    if (!this.#options.managed) return this.#become('starting');
    this.#running = true;
    this.#timers.arm('start-timeout', ms(nowMs + this.#options.startTimeoutMs));
    return [{ kind: 'spawn' }, ...this.#become('starting')];
  }

  #healthy(nowMs: Ms): readonly WatchAction[] {
    if (this.#stopping) return [];
    this.#misses = 0;
    this.#timers.cancel('start-timeout');
    this.#timers.arm('probe', ms(nowMs + this.#options.healthIntervalMs));
    if (this.#state === 'ready') return [];
    this.#timers.arm('stable', ms(nowMs + this.#options.stableMs));
    return this.#become('ready');
  }

  #unhealthy(nowMs: Ms, reason: string): readonly WatchAction[] {
    if (this.#stopping) return [];
    const loading = this.#state === 'starting';
    this.#timers.arm('probe', ms(nowMs + (loading ? LOADING_PROBE_MS : this.#options.healthIntervalMs)));
    if (loading) return [];
    this.#misses += 1;
    if (this.#misses < this.#options.misses || this.#state !== 'ready') return [];
    return [...this.#become('failed', reason), ...this.#end(nowMs)];
  }

  #exited(nowMs: Ms, reason: string): readonly WatchAction[] {
    if (!this.#running) return [];
    this.#running = false;
    this.#timers.cancelAll();
    if (this.#stopping) return this.#become('stopped');
    this.#timers.arm('restart', ms(nowMs + this.#backoffMs));
    this.#backoffMs = ms(Math.min(this.#backoffMs * 2, this.#options.maxBackoffMs));
    return this.#become('failed', reason);
  }

  #stop(nowMs: Ms): readonly WatchAction[] {
    this.#stopping = true;
    this.#timers.cancelAll();
    return this.#running ? this.#end(nowMs) : this.#become('stopped');
  }

  /** Politely first. Without a process of ours there is nothing to end. */
  #end(nowMs: Ms): readonly WatchAction[] {
    if (!this.#running) return [];
    this.#timers.cancel('probe');
    this.#timers.arm('kill', ms(nowMs + this.#options.stopGraceMs));
    return [{ kind: 'kill', signal: 'SIGTERM' }];
  }

  #due(nowMs: Ms, name: 'probe' | 'restart' | 'start-timeout' | 'kill' | 'stable'): readonly WatchAction[] {
    switch (name) {
      case 'probe':
        return [{ kind: 'probe' }];
      case 'restart':
        return this.#start(nowMs);
      case 'start-timeout':
        return [...this.#become('failed', `not ready after ${this.#options.startTimeoutMs} ms`), ...this.#end(nowMs)];
      case 'kill':
        return [{ kind: 'kill', signal: 'SIGKILL' }];
      case 'stable':
        this.#backoffMs = this.#options.backoffMs;
        return [];
      default:
        return unreachable(name);
    }
  }

  #become(state: ServiceState, reason?: string): readonly WatchAction[] {
    if (this.#state === state) return [];
    this.#state = state;
    return [{ kind: 'changed', state, ...(reason === undefined ? {} : { reason }) }];
  }
}

/** A process needs a moment before it listens. */
const FIRST_PROBE_MS = 300;
/** While models load, so that a start waits no longer than it must. */
const LOADING_PROBE_MS = 250;
