import { Backoff } from '#kit/backoff';

/** A radio that hands over between cells is back within about this time, without our help. */
const DISCONNECTED_PATIENCE_MS = 1_500;
/** For the checks of a restart to come through. */
const ATTEMPT_MS = 5_000;
/** The server has given the call up by then, by its own default. */
const GIVE_UP_MS = 30_000;
const RETRY = { firstMs: 500, maxMs: 4_000 };

export type RecoveryInput =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'failed' }
  /** Another interface, or a network again. */
  | { readonly kind: 'network-changed' }
  /** The exchange with the server came to nothing; the checks never began. */
  | { readonly kind: 'restart-failed' }
  | { readonly kind: 'wake' };

export type RecoveryAction = { readonly kind: 'restart' } | { readonly kind: 'give-up' };

/** Decides when a call in trouble gets a new ICE session, and when it is lost. A pure core: times in ms of one monotonic clock. */
export class IceRecovery {
  #troubleSinceMs: number | undefined;
  #nextAtMs: number | undefined;
  readonly #backoff = new Backoff(RETRY);
  #retryMs = RETRY.firstMs;
  #isOver = false;

  get wakeAtMs(): number | undefined {
    return this.#nextAtMs;
  }

  handle(nowMs: number, input: RecoveryInput): readonly RecoveryAction[] {
    if (this.#isOver) return [];
    switch (input.kind) {
      case 'connected':
        this.#troubleSinceMs = undefined;
        this.#nextAtMs = undefined;
        this.#backoff.reset();
        return [];
      case 'disconnected':
        this.#troubleSinceMs ??= nowMs;
        this.#nextAtMs ??= nowMs + DISCONNECTED_PATIENCE_MS;
        return [];
      case 'failed':
        this.#troubleSinceMs ??= nowMs;
        return this.#restart(nowMs);
      case 'network-changed':
        this.#troubleSinceMs ??= nowMs;
        this.#backoff.reset();
        return this.#restart(nowMs);
      case 'restart-failed':
        this.#nextAtMs = nowMs + this.#retryMs;
        return [];
      case 'wake':
        if (this.#nextAtMs === undefined || nowMs < this.#nextAtMs) return [];
        return this.#restart(nowMs);
    }
  }

  #restart(nowMs: number): readonly RecoveryAction[] {
    if (nowMs - (this.#troubleSinceMs ?? nowMs) >= GIVE_UP_MS) {
      this.#isOver = true;
      this.#nextAtMs = undefined;
      return [{ kind: 'give-up' }];
    }
    this.#retryMs = this.#backoff.next();
    this.#nextAtMs = nowMs + ATTEMPT_MS;
    return [{ kind: 'restart' }];
  }
}
