import { ms, type Ms } from '#domain/units';

export type TrunkState = 'unknown' | 'up' | 'down';

export type TrunkPingAction = { readonly kind: 'ask'; readonly id: number } | { readonly kind: 'changed'; readonly state: TrunkState };

/** Asks a trunk by OPTIONS whether it is there (core). */
export class TrunkPing {
  readonly #intervalMs: number;
  #state: TrunkState = 'unknown';
  #missed = 0;
  #id = 0;
  /** Whether the request of `#id` is still open. */
  #isOpen = false;
  #nextMs = -Infinity;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  get state(): TrunkState {
    return this.#state;
  }

  get wakeAtMs(): Ms {
    return ms(this.#nextMs);
  }

  wake(nowMs: Ms): readonly TrunkPingAction[] {
    if (nowMs < this.#nextMs) return [];
    // Nothing was heard of the one before, not even that it failed.
    const actions = this.#isOpen ? this.#missing() : [];
    this.#id += 1;
    this.#isOpen = true;
    this.#nextMs = nowMs + this.#intervalMs;
    return [...actions, { kind: 'ask', id: this.#id }];
  }

  /** Any answer but these is a sign of life: 408 and 503 are also what the SIP server reports of a peer that does not answer, and 503 is no trunk to call by. */
  answered(id: number, status: number): readonly TrunkPingAction[] {
    if (id !== this.#id || !this.#isOpen || status < 200) return [];
    this.#isOpen = false;
    if (status === 408 || status === 503) return this.#missing();
    this.#missed = 0;
    return this.#become('up');
  }

  #missing(): readonly TrunkPingAction[] {
    this.#isOpen = false;
    this.#missed += 1;
    return this.#missed >= MISSED_BEFORE_DOWN || this.#state === 'unknown' ? this.#become('down') : [];
  }

  #become(state: TrunkState): readonly TrunkPingAction[] {
    if (state === this.#state) return [];
    this.#state = state;
    return [{ kind: 'changed', state }];
  }
}

/** A guess: one may be lost on the way. */
const MISSED_BEFORE_DOWN = 2;
