import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import type { ClientAction, ClientInput } from './invite-client.ts';
import { doubled, T1_MS, T2_MS, T4_MS, TRANSACTION_LIFE_MS } from './timers.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** Client transaction of every method but INVITE and ACK, RFC 3261 section 17.1.2. */
export class NonInviteClientTransaction {
  readonly #timers = new TimerTable<'E' | 'F' | 'K'>();
  readonly #reliable: boolean;
  #state: State = 'trying';
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
        if (!this.#reliable) this.#timers.arm('E', ms(nowMs + T1_MS));
        this.#timers.arm('F', ms(nowMs + TRANSACTION_LIFE_MS));
        return [{ kind: 'transmit' }];
      case 'response':
        return this.#responded(nowMs, input.status);
      case 'transport-failed':
        return this.#state === 'trying' || this.#state === 'proceeding' ? this.#end([{ kind: 'failed' }]) : [];
      case 'cancelled':
        return [];
      case 'wake':
        return this.#timers.takeDue(nowMs).flatMap((name) => this.#fired(nowMs, name));
      default:
        return unreachable(input);
    }
  }

  #responded(nowMs: Ms, status: number): readonly ClientAction[] {
    if (this.#state === 'completed' || this.#state === 'terminated') return [];
    if (status < 200) {
      this.#state = 'proceeding';
      return [{ kind: 'deliver' }];
    }
    this.#timers.cancelAll();
    if (this.#reliable) return this.#end([{ kind: 'deliver' }]);
    this.#state = 'completed';
    this.#timers.arm('K', ms(nowMs + T4_MS));
    return [{ kind: 'deliver' }];
  }

  #fired(nowMs: Ms, name: 'E' | 'F' | 'K'): readonly ClientAction[] {
    switch (name) {
      case 'E':
        this.#retransmitMs = this.#state === 'proceeding' ? T2_MS : doubled(this.#retransmitMs);
        this.#timers.arm('E', ms(nowMs + this.#retransmitMs));
        return [{ kind: 'transmit' }];
      case 'F':
        return this.#end([{ kind: 'timed-out' }]);
      case 'K':
        return this.#end([]);
      default:
        return unreachable(name);
    }
  }

  #end(actions: readonly ClientAction[]): readonly ClientAction[] {
    if (this.#state === 'terminated') return [];
    this.#state = 'terminated';
    this.#timers.cancelAll();
    return [...actions, { kind: 'ended' }];
  }
}
