import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import { T1_MS, TIMER_D_MS, TRANSACTION_LIFE_MS } from './timers.ts';

export type ClientInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'response'; readonly status: number }
  /** The transport reported that nothing can be sent. */
  | { readonly kind: 'transport-failed' }
  /** A CANCEL for this INVITE was sent: a final answer is due in 64*T1 (section 9.1). */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'wake' };

export type ClientAction =
  /** Send the request, first or again. */
  | { readonly kind: 'transmit' }
  /** Send the ACK of a non-2xx answer, first or again. */
  | { readonly kind: 'transmit-ack' }
  /** Hand the response just received to the user. */
  | { readonly kind: 'deliver' }
  /** No final answer came; the user is to be told 408. */
  | { readonly kind: 'timed-out' }
  /** The request could not be sent; the user is to be told 503. */
  | { readonly kind: 'failed' }
  /** Nothing more will happen; forget it. */
  | { readonly kind: 'ended' };

type State = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

/**
 * INVITE client transaction: RFC 3261 section 17.1.1 with the accepted state of RFC 6026 section 7.2.
 * `reliable`: the transport repeats by itself (TCP), so timer A is off and timer D is zero.
 */
export class InviteClientTransaction {
  readonly #timers = new TimerTable<'A' | 'B' | 'D' | 'M' | 'proceeding' | 'cancel'>();
  readonly #reliable: boolean;
  #state: State = 'calling';
  #retransmitMs: Ms = T1_MS;

  constructor(reliable: boolean) {
    this.#reliable = reliable;
  }

  get state(): State {
    return this.#state;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  handle(nowMs: Ms, input: ClientInput): readonly ClientAction[] {
    switch (input.kind) {
      case 'start':
        if (!this.#reliable) this.#timers.arm('A', ms(nowMs + T1_MS));
        this.#timers.arm('B', ms(nowMs + TRANSACTION_LIFE_MS));
        return [{ kind: 'transmit' }];
      case 'response':
        return this.#responded(nowMs, input.status);
      case 'transport-failed':
        return this.#isPending() ? this.#end([{ kind: 'failed' }]) : [];
      case 'cancelled':
        if (this.#state === 'proceeding') this.#timers.arm('cancel', ms(nowMs + TRANSACTION_LIFE_MS));
        return [];
      case 'wake':
        return this.#timers.takeDue(nowMs).flatMap((name) => this.#fired(nowMs, name));
      default:
        return unreachable(input);
    }
  }

  #responded(nowMs: Ms, status: number): readonly ClientAction[] {
    switch (this.#state) {
      case 'calling':
      case 'proceeding':
        if (status < 200) return this.#proceed(nowMs);
        return status < 300 ? this.#accept(nowMs) : this.#complete(nowMs);
      case 'completed':
        return status >= 300 ? [{ kind: 'transmit-ack' }] : [];
      case 'accepted':
        return status >= 200 && status < 300 ? [{ kind: 'deliver' }] : [];
      case 'terminated':
        return [];
      default:
        return unreachable(this.#state);
    }
  }

  #proceed(nowMs: Ms): readonly ClientAction[] {
    this.#state = 'proceeding';
    this.#timers.cancel('A');
    this.#timers.cancel('B');
    this.#timers.arm('proceeding', ms(nowMs + PROCEEDING_MAX_MS));
    return [{ kind: 'deliver' }];
  }

  #accept(nowMs: Ms): readonly ClientAction[] {
    this.#state = 'accepted';
    this.#timers.cancelAll();
    this.#timers.arm('M', ms(nowMs + TRANSACTION_LIFE_MS));
    return [{ kind: 'deliver' }];
  }

  #complete(nowMs: Ms): readonly ClientAction[] {
    this.#timers.cancelAll();
    if (this.#reliable) return this.#end([{ kind: 'transmit-ack' }, { kind: 'deliver' }]);
    this.#state = 'completed';
    this.#timers.arm('D', ms(nowMs + TIMER_D_MS));
    return [{ kind: 'transmit-ack' }, { kind: 'deliver' }];
  }

  #fired(nowMs: Ms, name: 'A' | 'B' | 'D' | 'M' | 'proceeding' | 'cancel'): readonly ClientAction[] {
    switch (name) {
      case 'A':
        // Section 17.1.1.2: timer A doubles without the bound of T2.
        this.#retransmitMs = ms(this.#retransmitMs * 2);
        this.#timers.arm('A', ms(nowMs + this.#retransmitMs));
        return [{ kind: 'transmit' }];
      case 'B':
      case 'proceeding':
      case 'cancel':
        return this.#end([{ kind: 'timed-out' }]);
      case 'D':
      case 'M':
        return this.#end([]);
      default:
        return unreachable(name);
    }
  }

  #isPending(): boolean {
    return this.#state === 'calling' || this.#state === 'proceeding';
  }

  #end(actions: readonly ClientAction[]): readonly ClientAction[] {
    if (this.#state === 'terminated') return [];
    this.#state = 'terminated';
    this.#timers.cancelAll();
    return [...actions, { kind: 'ended' }];
  }
}

/** A phone that rings longer than this is given up: bounds what a silent peer can hold. Like timer C (section 16.6), which asks for more than 3 minutes. */
const PROCEEDING_MAX_MS: Ms = ms(300_000);
