import { invariant, unreachable } from '#domain/assert';
import type { EndReason } from '#domain/end-reason';
import type { CommonLegAction, CommonLegInput, LegCore } from '#domain/leg-core';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';

export type PeerInput =
  | CommonLegInput
  /** The intake took the call. */
  | { readonly kind: 'admitted' }
  /** ICE and DTLS are through. */
  | { readonly kind: 'connected' }
  | { readonly kind: 'channel-open' }
  /** From the transport: see `PeerEvent`. */
  | { readonly kind: 'peer-ended'; readonly how: 'gone' | 'failed' | 'closed' }
  /** The caller hung up: DELETE, or a message on the data channel. */
  | { readonly kind: 'hangup' };

export type PeerAction =
  | CommonLegAction
  | { readonly kind: 'ring' }
  /** 201 with the answer. */
  | { readonly kind: 'respond' }
  | { readonly kind: 'refuse'; readonly reason: EndReason }
  /** Tell the page why it is over. */
  | { readonly kind: 'say-ended'; readonly reason: EndReason };

export interface PeerStateOptions {
  /** How long the answered offer may take to become a connection. */
  readonly connectMs: Ms;
}

/**
 * The life of one browser leg: offered, opening, responded (the 201 is out), connected, ended. The first end reason wins. The conversation begins
 * at `connected`, so that the greeting is not played to nobody.
 */
export class PeerState implements LegCore<PeerInput, PeerAction> {
  readonly #options: PeerStateOptions;
  readonly #timers = new TimerTable<'connect' | 'flush'>();
  #phase: 'offered' | 'opening' | 'responded' | 'connected' = 'offered';
  #media: 'none' | 'opening' | 'open' | 'closed' = 'none';
  #channelOpen = false;
  #ended: EndReason | undefined;

  constructor(options: PeerStateOptions) {
    this.#options = options;
  }

  get endReason(): EndReason | undefined {
    return this.#ended;
  }

  /** Whether the 201 was sent and the call still runs: trickle and restart make sense. */
  get negotiable(): boolean {
    return this.#ended === undefined && (this.#phase === 'responded' || this.#phase === 'connected');
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  handle(nowMs: Ms, input: PeerInput): readonly PeerAction[] {
    switch (input.kind) {
      case 'admitted':
        invariant(this.#phase === 'offered', 'a leg is admitted once');
        if (this.#ended !== undefined) return [];
        this.#phase = 'opening';
        this.#media = 'opening';
        return [{ kind: 'ring' }, { kind: 'open-media' }];
      case 'media-opened':
        return this.#mediaOpened(nowMs);
      case 'media-failed':
        if (this.#media !== 'opening') return [];
        this.#media = 'closed';
        return this.#end(nowMs, input.reason);
      case 'connected':
        if (this.#ended !== undefined || this.#phase !== 'responded') return [];
        this.#phase = 'connected';
        this.#timers.cancel('connect');
        return [{ kind: 'answered' }];
      case 'channel-open':
        this.#channelOpen = true;
        return [];
      case 'peer-ended':
        this.#channelOpen = false;
        return [...this.#end(nowMs, this.#reasonOf(input.how)), ...this.#flushed()];
      case 'hangup':
        return this.#end(nowMs, this.#reasonOf('closed'));
      case 'end':
        return this.#end(nowMs, input.reason);
      case 'wake':
        return this.#wake(nowMs);
      default:
        return unreachable(input);
    }
  }

  #mediaOpened(nowMs: Ms): readonly PeerAction[] {
    if (this.#media !== 'opening') return [];
    this.#media = 'open';
    if (this.#ended !== undefined) return this.#closeMedia();
    this.#phase = 'responded';
    this.#timers.arm('connect', ms(nowMs + this.#options.connectMs + TRANSPORT_FIRST_MS));
    return [{ kind: 'respond' }];
  }

  #reasonOf(how: 'gone' | 'failed' | 'closed'): EndReason {
    const isUp = this.#phase === 'connected';
    if (how === 'closed') return { by: 'caller', code: isUp ? 'hangup' : 'cancelled' };
    return { by: 'network', code: isUp || how === 'gone' ? 'peer-gone' : 'connect-timeout' };
  }

  #wake(nowMs: Ms): readonly PeerAction[] {
    const due = this.#timers.takeDue(nowMs);
    if (due.includes('connect')) return this.#end(nowMs, { by: 'network', code: 'connect-timeout' });
    return due.includes('flush') ? this.#closeMedia() : [];
  }

  #end(nowMs: Ms, reason: EndReason): readonly PeerAction[] {
    if (this.#ended !== undefined) return [];
    this.#ended = reason;
    this.#timers.cancelAll();
    const ended = { kind: 'ended', reason, wasAnswered: this.#phase === 'connected' } as const;
    if (this.#phase === 'offered' || this.#phase === 'opening') return [{ kind: 'refuse', reason }, ended, ...this.#closeMedia()];
    if (!this.#channelOpen || this.#media !== 'open') return [ended, ...this.#closeMedia()];
    this.#timers.arm('flush', ms(nowMs + FLUSH_MS));
    return [{ kind: 'say-ended', reason }, ended];
  }

  /** The far side left: there is nobody to wait for. */
  #flushed(): readonly PeerAction[] {
    if (!this.#timers.isArmed('flush')) return [];
    this.#timers.cancel('flush');
    return this.#closeMedia();
  }

  #closeMedia(): readonly PeerAction[] {
    if (this.#media !== 'open') return [];
    this.#media = 'closed';
    return [{ kind: 'close-media' }];
  }
}

/** The transport keeps `connectMs` itself and knows better why; this is for one that says nothing. */
const TRANSPORT_FIRST_MS = 2_000;
/** Guess: lets the last message out, once sent again if it was lost on a short path. */
const FLUSH_MS = 150;
