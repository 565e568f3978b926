import { TimerTable } from '#domain/timer-table';
import type { TurnId } from '#domain/turn';
import { ms, type Ms } from '#domain/units';
import type { ActionRequest, ActionResult } from '../dialogue/actions/action.ts';
import type { ActPlan } from '../dialogue/reply-plan.ts';

/** An action that was begun and has not come to its end. */
export interface RunningAction {
  readonly actionId: number;
  /** The turn in which it was begun; it may be over. */
  readonly turnId: TurnId;
  readonly plan: ActPlan;
}

/**
 * Core: the actions of a call, from their start to the result that is told. They do not belong to a turn: a caller who
 * interrupts stops the bot's words, not what was agreed to.
 */
export class RunningActions {
  readonly #callId: string;
  readonly #running = new Map<number, RunningAction>();
  readonly #timers = new TimerTable<`filler ${number}` | `late ${number}`>();
  #lastActionId = 0;

  constructor(callId: string) {
    this.#callId = callId;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  begin(nowMs: Ms, turnId: TurnId, plan: ActPlan): ActionRequest {
    this.#lastActionId += 1;
    const actionId = this.#lastActionId;
    const { action, args, agreed } = plan.run;
    this.#running.set(actionId, { actionId, turnId, plan });
    this.#timers.arm(`filler ${actionId}`, ms(nowMs + FILLER_AFTER_MS));
    this.#timers.arm(`late ${actionId}`, ms(nowMs + plan.timeoutMs + GRACE_MS));
    return {
      actionId,
      name: action,
      args,
      authority: agreed === undefined ? { by: 'declaration' } : { by: 'caller', ...agreed },
      idempotencyKey: `${this.#callId}/${actionId}`,
    };
  }

  /** The action has ended: it is taken out. Undefined: it is not running, or was given up before. */
  take(actionId: number): RunningAction | undefined {
    const running = this.#running.get(actionId);
    this.#running.delete(actionId);
    this.#timers.cancel(`filler ${actionId}`);
    this.#timers.cancel(`late ${actionId}`);
    return running;
  }

  /** Those that take so long that something has to be said, and those that are not waited for any longer. */
  wake(nowMs: Ms): { readonly slow: readonly RunningAction[]; readonly late: readonly RunningAction[] } {
    const slow: RunningAction[] = [];
    const late: RunningAction[] = [];
    for (const timer of this.#timers.takeDue(nowMs)) {
      const [kind, id] = timer.split(' ');
      const running = this.#running.get(Number(id));
      if (running === undefined) continue;
      if (kind === 'filler') slow.push(running);
      else late.push(running);
    }
    return { slow, late };
  }
}

/** What is told of an action whose runner has not kept its time limit. */
export const GIVEN_UP: ActionResult = { kind: 'failed', code: 'no-answer', detail: 'no result in time', mayHaveHappened: true };

/** From here on a silence makes people ask whether anybody is there. */
const FILLER_AFTER_MS = 700;
/** The runner keeps the time limit of an action; this is for one that does not. */
const GRACE_MS = 1_500;
