import type { EndReason } from '#domain/end-reason';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import type { PipelineOptions } from '../options.ts';

/** What is due: the call has lasted as long as one may, or its last words do not come to an end. */
export type CourseStep = { readonly kind: 'too-long' } | { readonly kind: 'end'; readonly reason: EndReason };

/** Core: where a call is between its beginning and its end, and why it will end. */
export class CallCourse {
  readonly #options: PipelineOptions;
  readonly #timers = new TimerTable<'goodbye' | 'call-too-long'>();
  #state: 'new' | 'talking' | 'leaving' | 'ended' = 'new';
  /** Why the call will end once the last phrase is through. */
  #leaving: EndReason | undefined;
  /** The bot has said goodbye, and the caller was saying something: why the call ends unless that is one more thing. */
  #parting: EndReason | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  /** Returns whether that is news. */
  answered(nowMs: Ms): boolean {
    if (this.#state !== 'new') return false;
    this.#state = 'talking';
    this.#timers.arm('call-too-long', ms(nowMs + this.#options.maxCallMs));
    return true;
  }

  /** The last words begin. Returns whether that is news. */
  leave(nowMs: Ms, reason: EndReason): boolean {
    if (this.#leaving !== undefined) return false;
    this.#leaving = reason;
    this.#state = 'leaving';
    this.#timers.cancelAll();
    this.#timers.arm('goodbye', ms(nowMs + this.#options.faults.goodbyeWithinMs));
    return true;
  }

  /** Nothing is begun any more; the leg is about to end. */
  leaveSilently(): void {
    this.#state = 'leaving';
  }

  ended(): void {
    this.#state = 'ended';
  }

  /** The bot has said goodbye in the middle of a word of the caller's. */
  part(reason: EndReason): void {
    this.#parting = reason;
  }

  /** The caller had one more thing to say. */
  stay(): void {
    this.#parting = undefined;
  }

  get parting(): EndReason | undefined {
    return this.#parting;
  }

  get isTalking(): boolean {
    return this.#state === 'talking';
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** The last words are being said. */
  get saysGoodbye(): boolean {
    return this.#leaving !== undefined;
  }

  wake(nowMs: Ms): readonly CourseStep[] {
    return this.#timers.takeDue(nowMs).flatMap((timer): readonly CourseStep[] => {
      if (timer === 'call-too-long') return [{ kind: 'too-long' }];
      return this.#leaving === undefined ? [] : [{ kind: 'end', reason: this.#leaving }];
    });
  }
}
