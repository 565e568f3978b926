import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import { Backoff } from '#kit/backoff';

export interface RestartOptions {
  readonly healthIntervalMs: number;
  readonly misses: number;
  readonly startTimeoutMs: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly stableMs: number;
  readonly stopGraceMs: number;
}

/** What `/health` said: `starting` is an orderly 503, `failed` says that waiting is of no use, `none` is no answer. */
export type HealthOutcome = 'ready' | 'starting' | 'failed' | 'none';

export type PolicyInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'exited'; readonly cause: string; readonly hopeless: boolean }
  | { readonly kind: 'health'; readonly outcome: HealthOutcome; readonly reason?: string }
  | { readonly kind: 'restart' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'wake' };

export type PolicyAction =
  | { readonly kind: 'spawn' }
  | { readonly kind: 'probe' }
  /** SIGTERM. */
  | { readonly kind: 'terminate' }
  /** SIGKILL. */
  | { readonly kind: 'kill' }
  /** It never came up: whoever waits for it can stop waiting. */
  | { readonly kind: 'gave-up'; readonly reason: string };

export type ServiceState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopped';

/** How often a service may fail before it was ready once; a fault of the installation, which trying does not mend. */
const FIRST_ATTEMPTS = 3;
/** While it starts it is looked at often, so that the start is not longer than it must be. */
const STARTING_INTERVAL_MS = 150;
/** How long one that was not ready yet may take to end. */
const STARTING_GRACE_MS = 500;

/** When one service is started, looked at, ended and started again. Core: no clock, no process. */
export class RestartPolicy {
  readonly #options: RestartOptions;
  readonly #backoff: Backoff;
  readonly #timers = new TimerTable<'spawn' | 'probe' | 'startTimeout' | 'kill'>();
  #state: ServiceState = 'stopped';
  #isRunning = false;
  #isStopping = false;
  #wasReady = false;
  #isAwaitingProbe = false;
  /** Ended by us, to be started again at once. */
  #isAsked = false;
  #readySinceMs: Ms | undefined;
  #misses = 0;
  #restarts = 0;
  #reason: string | undefined;

  constructor(options: RestartOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ firstMs: options.backoffMs, maxMs: options.maxBackoffMs });
  }

  get state(): ServiceState {
    return this.#state;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Why it is not ready, or why it was last started again. */
  get reason(): string | undefined {
    return this.#reason;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  handle(nowMs: Ms, input: PolicyInput): readonly PolicyAction[] {
    switch (input.kind) {
      case 'start':
        return this.#spawn(nowMs);
      case 'exited':
        return this.#exited(nowMs, input.cause, input.hopeless);
      case 'health':
        return this.#health(nowMs, input.outcome, input.reason);
      case 'restart':
        return this.#restart(nowMs);
      case 'stop':
        return this.#stop(nowMs);
      case 'wake':
        return this.#timers.takeDue(nowMs).flatMap((timer) => this.#fired(nowMs, timer));
      default:
        return unreachable(input);
    }
  }

  #spawn(nowMs: Ms): readonly PolicyAction[] {
    this.#isRunning = true;
    this.#isAsked = false;
    this.#isAwaitingProbe = false;
    this.#misses = 0;
    this.#readySinceMs = undefined;
    this.#state = this.#wasReady ? 'restarting' : 'starting';
    this.#timers.arm('startTimeout', ms(nowMs + this.#options.startTimeoutMs));
    this.#timers.arm('probe', ms(nowMs + STARTING_INTERVAL_MS));
    return [{ kind: 'spawn' }];
  }

  #exited(nowMs: Ms, cause: string, hopeless: boolean): readonly PolicyAction[] {
    this.#isRunning = false;
    this.#timers.cancelAll();
    if (this.#isStopping) {
      this.#state = 'stopped';
      return [];
    }
    if (this.#isAsked) {
      this.#restarts += 1;
      return this.#spawn(nowMs);
    }
    if (this.#reason === undefined || this.#state === 'ready') this.#reason = cause;
    const wasStable = this.#readySinceMs !== undefined && nowMs - this.#readySinceMs >= this.#options.stableMs;
    if (wasStable) this.#backoff.reset();
    const pauseMs = this.#backoff.next();
    if (!this.#wasReady && (hopeless || this.#backoff.count >= FIRST_ATTEMPTS)) {
      this.#state = 'failed';
      return [{ kind: 'gave-up', reason: this.#reason }];
    }
    this.#state = this.#wasReady ? 'restarting' : 'starting';
    this.#readySinceMs = undefined;
    this.#timers.arm('spawn', ms(nowMs + pauseMs));
    return [];
  }

  #health(nowMs: Ms, outcome: HealthOutcome, reason: string | undefined): readonly PolicyAction[] {
    this.#isAwaitingProbe = false;
    // An answer to a question from before the end of the process.
    if (!this.#isRunning || this.#isStopping || this.#timers.isArmed('kill')) return [];
    const isReady = this.#state === 'ready';
    this.#timers.arm('probe', ms(nowMs + (isReady || outcome === 'ready' ? this.#options.healthIntervalMs : STARTING_INTERVAL_MS)));
    switch (outcome) {
      case 'ready':
        this.#misses = 0;
        this.#state = 'ready';
        this.#wasReady = true;
        this.#reason = undefined;
        this.#readySinceMs ??= nowMs;
        this.#timers.cancel('startTimeout');
        return [];
      case 'failed':
        return this.#terminate(nowMs, reason ?? 'it says that it has failed');
      case 'starting':
      case 'none':
        if (!isReady) return [];
        this.#misses += 1;
        return this.#misses < this.#options.misses
          ? []
          : this.#terminate(nowMs, reason ?? `no answer to ${this.#misses} questions for its health`);
      default:
        return unreachable(outcome);
    }
  }

  #restart(nowMs: Ms): readonly PolicyAction[] {
    if (this.#isStopping) return [];
    this.#reason = 'a restart was asked for';
    if (!this.#isRunning) {
      this.#timers.cancelAll();
      this.#restarts += 1;
      return this.#spawn(nowMs);
    }
    this.#isAsked = true;
    return this.#terminate(nowMs, this.#reason);
  }

  #stop(nowMs: Ms): readonly PolicyAction[] {
    if (this.#isStopping) return [];
    this.#isStopping = true;
    this.#timers.cancelAll();
    if (!this.#isRunning) {
      this.#state = 'stopped';
      return [];
    }
    // One that still loads its models has nothing to bring to an end, and hears no signal until they are loaded.
    const graceMs = this.#readySinceMs === undefined ? Math.min(STARTING_GRACE_MS, this.#options.stopGraceMs) : this.#options.stopGraceMs;
    this.#timers.arm('kill', ms(nowMs + graceMs));
    return [{ kind: 'terminate' }];
  }

  #terminate(nowMs: Ms, reason: string): readonly PolicyAction[] {
    if (this.#timers.isArmed('kill')) return [];
    this.#reason = reason;
    this.#state = this.#wasReady ? 'restarting' : 'starting';
    this.#timers.cancelAll();
    this.#timers.arm('kill', ms(nowMs + this.#options.stopGraceMs));
    return [{ kind: 'terminate' }];
  }

  #fired(nowMs: Ms, timer: 'spawn' | 'probe' | 'startTimeout' | 'kill'): readonly PolicyAction[] {
    switch (timer) {
      case 'spawn':
        this.#restarts += 1;
        return this.#spawn(nowMs);
      case 'probe':
        if (this.#isAwaitingProbe || !this.#isRunning) return [];
        this.#isAwaitingProbe = true;
        return [{ kind: 'probe' }];
      case 'startTimeout':
        return this.#terminate(nowMs, `not ready after ${Math.round(this.#options.startTimeoutMs / 1000)} s`);
      case 'kill':
        return [{ kind: 'kill' }];
      default:
        return unreachable(timer);
    }
  }
}
