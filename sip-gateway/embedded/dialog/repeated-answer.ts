import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import { Backoff } from '#kit/backoff';
import { T1_MS, T2_MS, TRANSACTION_LIFE_MS } from '../transaction/timers.ts';

export type RepeatedAnswerAction = { readonly kind: 'transmit' } | { readonly kind: 'unacknowledged' };

/**
 * An answer to INVITE that is repeated until the peer acknowledges it, over any transport, because a hop behind a
 * reliable one may lose it; given up after 64*T1. A 2xx waits for ACK and repeats at most every T2 (RFC 3261 section
 * 13.3.1.4), a reliable provisional answer waits for PRACK and doubles without bound (RFC 3262 section 3).
 */
export class RepeatedAnswer {
  readonly #timers = new TimerTable<'repeat' | 'give-up'>();
  readonly #interval: Backoff;

  constructor(nowMs: Ms, of: '2xx' | 'provisional') {
    this.#interval = new Backoff({ firstMs: T1_MS, maxMs: of === '2xx' ? T2_MS : Infinity });
    this.#timers.arm('repeat', ms(nowMs + this.#interval.next()));
    this.#timers.arm('give-up', ms(nowMs + TRANSACTION_LIFE_MS));
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  /** It was acknowledged, or nobody waits for that any more. */
  stop(): void {
    this.#timers.cancelAll();
  }

  wake(nowMs: Ms): readonly RepeatedAnswerAction[] {
    return this.#timers.takeDue(nowMs).flatMap((name): readonly RepeatedAnswerAction[] => {
      switch (name) {
        case 'repeat':
          if (!this.#timers.isArmed('give-up')) return [];
          this.#timers.arm('repeat', ms(nowMs + this.#interval.next()));
          return [{ kind: 'transmit' }];
        case 'give-up':
          this.#timers.cancelAll();
          return [{ kind: 'unacknowledged' }];
        default:
          return unreachable(name);
      }
    });
  }
}
