import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import { doubled, T1_MS, TRANSACTION_LIFE_MS } from '../transaction/timers.ts';

export type AcceptedAnswerAction = { readonly kind: 'transmit' } | { readonly kind: 'ack-timeout' };

/**
 * A 2xx to INVITE (first or re-INVITE) on its way: repeated over any transport until the ACK comes, because a hop
 * behind a reliable one may lose it; given up after 64*T1. RFC 3261 section 13.3.1.4.
 */
export class AcceptedAnswer {
  readonly #timers = new TimerTable<'repeat' | 'give-up'>();
  #intervalMs: Ms = T1_MS;

  constructor(nowMs: Ms) {
    this.#timers.arm('repeat', ms(nowMs + T1_MS));
    this.#timers.arm('give-up', ms(nowMs + TRANSACTION_LIFE_MS));
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  /** The ACK came, or the dialog is gone. */
  stop(): void {
    this.#timers.cancelAll();
  }

  wake(nowMs: Ms): readonly AcceptedAnswerAction[] {
    return this.#timers.takeDue(nowMs).flatMap((name): readonly AcceptedAnswerAction[] => {
      switch (name) {
        case 'repeat':
          if (!this.#timers.isArmed('give-up')) return [];
          this.#intervalMs = doubled(this.#intervalMs);
          this.#timers.arm('repeat', ms(nowMs + this.#intervalMs));
          return [{ kind: 'transmit' }];
        case 'give-up':
          this.#timers.cancelAll();
          return [{ kind: 'ack-timeout' }];
        default:
          return unreachable(name);
      }
    });
  }
}
