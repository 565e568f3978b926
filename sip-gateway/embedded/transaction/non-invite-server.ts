import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import type { ServerAction, ServerInput } from './invite-server.ts';
import { TRANSACTION_LIFE_MS } from './timers.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** Server transaction of every method but INVITE and ACK, RFC 3261 section 17.2.2. */
export class NonInviteServerTransaction {
  readonly #timers = new TimerTable<'J'>();
  readonly #reliable: boolean;
  #state: State = 'trying';

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
      case 'retransmission':
        return this.#state === 'proceeding' || this.#state === 'completed' ? [{ kind: 'transmit' }] : [];
      case 'ack':
        return [];
      case 'respond':
        return this.#respond(nowMs, input.status);
      case 'wake':
        return this.#timers.takeDue(nowMs).length > 0 ? this.#end([]) : [];
      default:
        return unreachable(input);
    }
  }

  #respond(nowMs: Ms, status: number): readonly ServerAction[] {
    if (this.#state === 'completed' || this.#state === 'terminated') return [];
    if (status < 200) {
      this.#state = 'proceeding';
      return [{ kind: 'transmit' }];
    }
    if (this.#reliable) return this.#end([{ kind: 'transmit' }]);
    this.#state = 'completed';
    this.#timers.arm('J', ms(nowMs + TRANSACTION_LIFE_MS));
    return [{ kind: 'transmit' }];
  }

  #end(actions: readonly ServerAction[]): readonly ServerAction[] {
    if (this.#state === 'terminated') return [];
    this.#state = 'terminated';
    return [...actions, { kind: 'ended' }];
  }
}
