import { unreachable } from '#domain/assert';
import type { CallFacts } from '#domain/call';
import type { CallIntake, CallLeg, LegEnd } from '#domain/call-leg';
import type { Clock } from '#domain/clock';
import type { EndReason } from '#domain/end-reason';
import { AppError, errorText } from '#domain/errors';
import type { CommonLegAction, CommonLegInput, LegCore } from '#domain/leg-core';
import type { GatewayMedia } from '#domain/leg-events';
import type { LegMedia, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import type { Log } from '../log.ts';
import { WakeTimer } from './wake-timer.ts';

export interface LegShellSetup<Input, Action> {
  readonly facts: CallFacts;
  readonly core: LegCore<Input, Action>;
  readonly clock: Clock;
  readonly intake: CallIntake;
  /** Already carries the ids of call and leg. */
  readonly log: Log;
}

/** What the legs of all gateways do alike: one core, one timer, the opening and closing of media, and one end. A gateway adds its own inputs and actions. */
export abstract class LegShell<Input extends { readonly kind: string }, Action, Media extends GatewayMedia> implements CallLeg {
  readonly facts: CallFacts;
  readonly arrivedAtMs: Ms;
  readonly ended: Promise<LegEnd>;
  protected readonly log: Log;
  readonly #setup: LegShellSetup<Input, Action>;
  readonly #abort = new AbortController();
  readonly #settled = Promise.withResolvers<LegEnd>();
  readonly #closed = Promise.withResolvers<LegMediaStats | undefined>();
  #answeredAtMs: Ms | undefined;
  readonly #timer: WakeTimer;
  #opening: Promise<void> = Promise.resolve();
  #open: Media | undefined;

  protected constructor(setup: LegShellSetup<Input, Action>) {
    this.#setup = setup;
    this.#timer = new WakeTimer(setup.clock, () => this.handle({ kind: 'wake' }));
    this.log = setup.log;
    this.facts = setup.facts;
    this.arrivedAtMs = setup.clock.nowMs();
    this.ended = this.#settled.promise;
  }

  get media(): LegMedia {
    if (this.#open === undefined) throw new AppError('NO_MEDIA', 'The leg has no media before it is answered');
    return this.#open;
  }

  get answeredAtMs(): Ms {
    return this.#answeredAtMs ?? this.arrivedAtMs;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async end(reason: EndReason): Promise<void> {
    this.handle({ kind: 'end', reason });
    await this.ended;
  }

  /** What the gateway adds to the core's common actions; hands those to `performCommon`. */
  protected abstract perform(action: Action | CommonLegAction): void;

  protected abstract openMedia(): Promise<Media>;

  /** Every media event, after the conversation has seen it. */
  protected abstract mediaEvent(event: LegMediaEvent): void;

  /** Called once, when the call has ended and its media are closed. */
  protected abstract released(): void;

  /** Which end it is that media could not be opened. */
  protected openFailure(error: unknown): EndReason {
    const code = error instanceof AppError ? error.code : undefined;
    if (code === 'NO_PORTS') return { by: 'system', code: 'no-ports' };
    if (code === 'MEDIA_WORKER_DIED') return { by: 'system', code: 'media-worker-died', detail: errorText(error) };
    return internalError(error);
  }

  /** Absent before they are open. */
  protected get open(): Media | undefined {
    return this.#open;
  }

  protected get isAnswered(): boolean {
    return this.#answeredAtMs !== undefined;
  }

  protected nowMs(): Ms {
    return this.#setup.clock.nowMs();
  }

  /** The intake took the call: its conversation is made ready. */
  protected ringing(): void {
    this.#setup.intake.ringing(this.facts, this.signal, (reason) => this.end(reason));
  }

  protected handle(input: Input | CommonLegInput): void {
    const { core } = this.#setup;
    const nowMs = this.nowMs();
    let actions: readonly (Action | CommonLegAction)[];
    try {
      actions = core.handle(nowMs, input);
    } catch (error) {
      this.log.error({ kind: this.facts.kind, error: errorText(error), input: input.kind }, 'leg broke an invariant');
      actions = core.handle(nowMs, { kind: 'end', reason: internalError(error) });
    }
    for (const action of actions) this.guarded(() => this.perform(action));
    this.#timer.arm(core.wakeAtMs);
  }

  protected performCommon(action: CommonLegAction): void {
    switch (action.kind) {
      case 'open-media':
        this.#opening = this.#openMedia();
        return;
      case 'close-media':
        void this.#closeMedia();
        return;
      case 'answered':
        this.#answeredAtMs = this.nowMs();
        this.#setup.intake.answered(this);
        return;
      case 'ended':
        this.#abort.abort();
        void this.#finish(action.reason, action.wasAnswered);
        return;
      default:
        unreachable(action);
    }
  }

  /** A defect of ours ends this call and no other. */
  protected guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  protected failed(error: unknown): void {
    this.log.error({ kind: this.facts.kind, error: errorText(error) }, 'leg failed');
    this.handle({ kind: 'end', reason: internalError(error) });
  }

  async #openMedia(): Promise<void> {
    try {
      this.#open = await this.openMedia();
    } catch (error) {
      this.log.warn({ kind: this.facts.kind, error: errorText(error) }, 'media could not be opened');
      this.handle({ kind: 'media-failed', reason: this.openFailure(error) });
      return;
    }
    this.#open.own({ event: (event) => this.guarded(() => this.#mediaEvent(event)), failed: (error) => this.failed(error) });
    this.handle({ kind: 'media-opened' });
  }

  async #closeMedia(): Promise<void> {
    try {
      this.#closed.resolve(await this.#open?.close());
    } catch (error) {
      this.log.error({ error: errorText(error) }, 'media could not be closed');
      this.#closed.resolve(undefined);
    }
  }

  /** Media that are gone end the call, whoever else listens. */
  #mediaEvent(event: LegMediaEvent): void {
    this.mediaEvent(event);
    if (event.kind === 'media-lost')
      this.handle({ kind: 'end', reason: { by: 'system', code: 'media-worker-died', detail: event.detail } });
  }

  async #finish(reason: EndReason, wasAnswered: boolean): Promise<void> {
    // The opening may still be under way: the core has closed what it opened.
    await this.#opening;
    const stats = this.#open === undefined ? undefined : await this.#closed.promise;
    this.guarded(() => this.released());
    if (!wasAnswered) this.guarded(() => this.#setup.intake.abandoned(this.facts, reason));
    this.#settled.resolve(stats === undefined ? { reason } : { reason, stats });
  }
}

function internalError(error: unknown): EndReason {
  return { by: 'system', code: 'internal-error', detail: errorText(error).slice(0, 200) };
}
