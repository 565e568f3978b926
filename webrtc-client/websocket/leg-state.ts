import { unreachable } from '#domain/assert';
import type { EndReason } from '#domain/end-reason';
import type { CommonLegAction, CommonLegInput, LegCore } from '#domain/leg-core';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';

export interface LegTimes {
  /** Until the first message. */
  readonly startMs: Ms;
  /** Without any sign of life. */
  readonly goneMs: Ms;
}

export type LegInput =
  | CommonLegInput
  /** Anything at all came: a message, a ping or the answer to one. */
  | { readonly kind: 'alive' }
  /** The client begins to speak: its `start`, or audio without one. */
  | { readonly kind: 'started'; readonly rateHz: 8000 | 16000 }
  /** The connection is closed; `clean`: the client said so. */
  | { readonly kind: 'disconnected'; readonly clean: boolean };

export type LegAction = CommonLegAction | { readonly kind: 'ping' };

/**
 * Life of a WebSocket leg (core): it rings from the connection on, because people are asked for the microphone meanwhile, and is answered
 * once the client starts.
 */
export class WebSocketLegState implements LegCore<LegInput, LegAction> {
  readonly #times: LegTimes;
  readonly #timers = new TimerTable<'start' | 'ping' | 'gone'>();
  #state: 'waiting' | 'opening' | 'live' | 'ended' = 'waiting';
  #rateHz: 8000 | 16000 | undefined;

  constructor(nowMs: Ms, times: LegTimes) {
    this.#times = times;
    this.#timers.arm('start', ms(nowMs + times.startMs));
    this.#timers.arm('ping', ms(nowMs + times.goneMs / PINGS));
    this.#timers.arm('gone', ms(nowMs + times.goneMs));
  }

  /** Connected, and not started yet. */
  get isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  /** Of the caller's audio; undefined before the start. */
  get rateHz(): 8000 | 16000 | undefined {
    return this.#rateHz;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  get isOver(): boolean {
    return this.#state === 'ended';
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  handle(nowMs: Ms, input: LegInput): readonly LegAction[] {
    if (this.#state === 'ended') return input.kind === 'media-opened' ? [{ kind: 'close-media' }] : [];
    switch (input.kind) {
      case 'alive':
        this.#timers.arm('gone', ms(nowMs + this.#times.goneMs));
        return [];
      case 'started':
        if (this.#state !== 'waiting') return [];
        this.#state = 'opening';
        this.#rateHz = input.rateHz;
        this.#timers.cancel('start');
        return [{ kind: 'open-media' }];
      case 'media-opened':
        if (this.#state !== 'opening') return [];
        this.#state = 'live';
        return [{ kind: 'answered' }];
      case 'media-failed':
      case 'end':
        return this.#end(input.reason);
      case 'disconnected':
        if (!input.clean) return this.#end({ by: 'network', code: 'peer-gone' });
        return this.#end({ by: 'caller', code: this.#state === 'live' ? 'hangup' : 'cancelled' });
      case 'wake':
        return this.#timers.takeDue(nowMs).flatMap((timer) => this.#fired(nowMs, timer));
      default:
        return unreachable(input);
    }
  }

  #fired(nowMs: Ms, timer: 'start' | 'ping' | 'gone'): readonly LegAction[] {
    if (this.#state === 'ended') return [];
    switch (timer) {
      case 'start':
        return this.#end({ by: 'network', code: 'connect-timeout' });
      case 'gone':
        return this.#end({ by: 'network', code: 'peer-gone' });
      case 'ping':
        this.#timers.arm('ping', ms(nowMs + this.#times.goneMs / PINGS));
        return [{ kind: 'ping' }];
      default:
        return unreachable(timer);
    }
  }

  #end(reason: EndReason): readonly LegAction[] {
    const wasAnswered = this.#state === 'live';
    this.#state = 'ended';
    this.#timers.cancelAll();
    const ended = { kind: 'ended', reason, wasAnswered } as const;
    return wasAnswered ? [ended, { kind: 'close-media' }] : [ended];
  }
}

/** Pings in the time after which a silent client is gone: one or two may be lost. */
const PINGS = 3;
