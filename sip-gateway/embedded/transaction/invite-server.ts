import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import { doubled, T1_MS, T4_MS, TRANSACTION_LIFE_MS } from './timers.ts';

export type ServerInput =
  /** The same request came again. */
  | { readonly kind: 'retransmission' }
  /** The ACK of a non-2xx answer. Only for INVITE. */
  | { readonly kind: 'ack' }
  /** The user answers; the owner keeps the bytes of the last answer. */
  | { readonly kind: 'respond'; readonly status: number }
  | { readonly kind: 'wake' };

export type ServerAction =
  /** Send the last answer, first or again. */
  | { readonly kind: 'transmit' }
  /** No ACK came for a non-2xx answer. */
  | { readonly kind: 'ack-missing' }
  /** Nothing more will happen; forget it. */
  | { readonly kind: 'ended' };

type State = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';

/**
 * INVITE server transaction: RFC 3261 section 17.2.1 with the accepted state of RFC 6026 section 7.1. Repeating a 2xx
 * until its ACK comes is the dialog's matter, not this machine's.
 */
export class InviteServerTransaction {
  readonly #timers = new TimerTable<'G' | 'H' | 'I' | 'L'>();
  readonly #reliable: boolean;
  #state: State = 'proceeding';
  #answered = false;
  #retransmitMs: Ms = T1_MS;
  /** Whether a refusal is sent again before the caller asks for it. */
  repeats = true;

  constructor(reliable: boolean) {
    this.#reliable = reliable;
  }

  get state(): State {
    return this.#state;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  handle(nowMs: Ms, input: ServerInput): readonly ServerAction[] {
    switch (input.kind) {
      case 'retransmission': {
        const answers = this.#state === 'completed' || (this.#state === 'proceeding' && this.#answered);
        return answers ? [{ kind: 'transmit' }] : [];
      }
      case 'ack':
        return this.#acked(nowMs);
      case 'respond':
        return this.#respond(nowMs, input.status);
      case 'wake':
        return this.#timers.takeDue(nowMs).flatMap((name) => this.#fired(nowMs, name));
      default:
        return unreachable(input);
    }
  }

  #respond(nowMs: Ms, status: number): readonly ServerAction[] {
    if (this.#state !== 'proceeding') return [];
    this.#answered = true;
    if (status < 200) return [{ kind: 'transmit' }];
    if (status < 300) {
      this.#state = 'accepted';
      this.#timers.arm('L', ms(nowMs + TRANSACTION_LIFE_MS));
      return [{ kind: 'transmit' }];
    }
    this.#state = 'completed';
    if (!this.#reliable && this.repeats) this.#timers.arm('G', ms(nowMs + T1_MS));
    this.#timers.arm('H', ms(nowMs + TRANSACTION_LIFE_MS));
    return [{ kind: 'transmit' }];
  }

  #acked(nowMs: Ms): readonly ServerAction[] {
    if (this.#state !== 'completed') return [];
    this.#timers.cancelAll();
    if (this.#reliable) return this.#end([]);
    this.#state = 'confirmed';
    this.#timers.arm('I', ms(nowMs + T4_MS));
    return [];
  }

  #fired(nowMs: Ms, name: 'G' | 'H' | 'I' | 'L'): readonly ServerAction[] {
    switch (name) {
      case 'G':
        this.#retransmitMs = doubled(this.#retransmitMs);
        this.#timers.arm('G', ms(nowMs + this.#retransmitMs));
        return [{ kind: 'transmit' }];
      case 'H':
        return this.#end([{ kind: 'ack-missing' }]);
      case 'I':
      case 'L':
        return this.#end([]);
      default:
        return unreachable(name);
    }
  }

  #end(actions: readonly ServerAction[]): readonly ServerAction[] {
    if (this.#state === 'terminated') return [];
    this.#state = 'terminated';
    this.#timers.cancelAll();
    return [...actions, { kind: 'ended' }];
  }
}
