import { unreachable } from '#domain/assert';
import type { EndReason } from '#domain/end-reason';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';

export interface LegTimes {
  /** Until the first message. */
  readonly startMs: Ms;
  /** Without any sign of life. */
  readonly goneMs: Ms;
}

export type LegInput =
  /** Anything at all came: a message, a ping or the answer to one. */
  | { readonly kind: 'alive' }
  /** The client begins to speak: its `start`, or audio without one. */
  | { readonly kind: 'started'; readonly rateHz: 8000 | 16000 }
  | { readonly kind: 'media-opened' }
  | { readonly kind: 'media-failed'; readonly reason: EndReason }
  | { readonly kind: 'end'; readonly reason: EndReason }
  /** The connection is closed; `clean`: the client said so. */
  | { readonly kind: 'disconnected'; readonly clean: boolean }
  | { readonly kind: 'wake' };

export type LegAction =
  | { readonly kind: 'ping' }
  | { readonly kind: 'open-media'; readonly rateHz: 8000 | 16000 }
  | { readonly kind: 'answered' }
  | { readonly kind: 'ended'; readonly reason: EndReason; readonly wasAnswered: boolean };

/**
 * Life of a WebSocket leg (core): it rings from the connection on, because people are asked for the microphone meanwhile, and is answered
 * once the client starts.
 */
export class WebSocketLegState {
  readonly #times: LegTimes;
  readonly #timers = new TimerTable<'start' | 'ping' | 'gone'>();
  #state: 'waiting' | 'opening' | 'live' | 'ended' = 'waiting';

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
    if (this.#state === 'ended') return [];
    switch (input.kind) {
      case 'alive':
        this.#timers.arm('gone', ms(nowMs + this.#times.goneMs));
        return [];
      case 'started':
        if (this.#state !== 'waiting') return [];
        this.#state = 'opening';
        this.#timers.cancel('start');
        return [{ kind: 'open-media', rateHz: input.rateHz }];
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
    this.#timers.cancel('start');
    this.#timers.cancel('ping');
    this.#timers.cancel('gone');
    return [{ kind: 'ended', reason, wasAnswered }];
  }
}

/** Pings in the time after which a silent client is gone: one or two may be lost. */
const PINGS = 3;
