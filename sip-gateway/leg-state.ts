import { invariant, unreachable } from '#domain/assert';
import type { EndReason } from '#domain/end-reason';
import type { CommonLegAction, CommonLegInput, LegCore } from '#domain/leg-core';
import { TimerTable } from '#domain/timer-table';
import { ms } from '#domain/units';
import type { Ms } from '#domain/units';

export type LegInput =
  | CommonLegInput
  /** The intake took the call. */
  | { readonly kind: 'admitted' }
  /** Our 200 is on its way and the dialog exists. */
  | { readonly kind: 'accepted' }
  /** The server would not send our 200: the call was cancelled in the same moment. */
  | { readonly kind: 'accept-failed' }
  /** The first ACK; `answer` says how the peer's answer to our offer was, where we made the offer. */
  | { readonly kind: 'acked'; readonly answer: 'good' | { readonly reason: EndReason } }
  | { readonly kind: 'cancelled' }
  /** BYE from the peer, or one that the server sent by itself. */
  | { readonly kind: 'bye'; readonly reason: EndReason }
  /** End now, whatever has not been acknowledged: the process stops. */
  | { readonly kind: 'abandon-dialog' }
  | { readonly kind: 'control-lost' }
  /** The caller has promised a sign of life within this; undefined: it has not. */
  | { readonly kind: 'session-timer'; readonly giveUpMs: Ms | undefined };

/** `answered` does not come before the ACK, for anybody can have named somebody else's address in SDP, where the bot's voice would go. */
export type LegAction =
  | CommonLegAction
  | { readonly kind: 'ring' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'refuse'; readonly reason: EndReason }
  | { readonly kind: 'bye'; readonly reason: EndReason };

export interface LegOptions {
  readonly ringMs: Ms;
  /** How long our 200 may go without its ACK. */
  readonly ackMs: Ms;
}

/** Where the SIP dialog stands, whatever became of the call. */
type Dialog = 'invited' | 'ringing' | 'opening' | 'accepting' | 'unacked' | 'confirmed' | 'gone';

/**
 * The life of one inbound leg: invited, ringing, answered, ended. The first end reason wins; whatever crosses it is
 * only cleared away. After the end the dialog may linger, because a BYE may not be sent before the ACK
 * (RFC 3261 section 15); `lingering` says so.
 */
export class LegState implements LegCore<LegInput, LegAction> {
  readonly #options: LegOptions;
  #dialog: Dialog = 'invited';
  #media: 'none' | 'opening' | 'open' | 'closed' = 'none';
  #answered = false;
  #ended: EndReason | undefined;
  /** Nobody will be there to see the ACK. */
  #abandoned = false;
  readonly #timers = new TimerTable<'ring' | 'session' | 'ack'>();

  constructor(options: LegOptions) {
    this.#options = options;
  }

  get endReason(): EndReason | undefined {
    return this.#ended;
  }

  /** The call is over but the peer does not know it yet. */
  get lingering(): boolean {
    return this.#ended !== undefined && this.#dialog !== 'gone';
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  handle(nowMs: Ms, input: LegInput): readonly LegAction[] {
    switch (input.kind) {
      case 'admitted':
        return this.#admitted(nowMs);
      case 'wake':
        return this.#wake(nowMs);
      case 'media-opened':
        return this.#mediaOpened();
      case 'media-failed':
        this.#media = 'closed';
        return this.#end(input.reason);
      case 'accepted':
        return this.#accepted(nowMs);
      case 'accept-failed':
        this.#dialog = 'gone';
        return this.#end({ by: 'caller', code: 'cancelled' });
      case 'acked':
        return this.#acked(input.answer);
      case 'cancelled':
        // The server has answered the INVITE with 487 by itself.
        this.#dialog = 'gone';
        return this.#end({ by: 'caller', code: 'cancelled' });
      case 'bye':
        this.#dialog = 'gone';
        return this.#end(input.reason);
      case 'end':
        return this.#end(input.reason);
      case 'abandon-dialog':
        return this.#abandonDialog();
      case 'control-lost':
        this.#dialog = 'gone';
        return this.#end({ by: 'network', code: 'control-connection-lost' });
      case 'session-timer':
        return this.#sessionTimer(nowMs, input.giveUpMs);
      default:
        return unreachable(input);
    }
  }

  #admitted(nowMs: Ms): readonly LegAction[] {
    if (this.#ended !== undefined) return [];
    invariant(this.#dialog === 'invited', 'a leg is admitted once');
    this.#dialog = 'ringing';
    if (this.#options.ringMs <= 0) return [{ kind: 'ring' }, ...this.#openMedia()];
    this.#timers.arm('ring', ms(nowMs + this.#options.ringMs));
    return [{ kind: 'ring' }];
  }

  #wake(nowMs: Ms): readonly LegAction[] {
    const due = this.#timers.takeDue(nowMs);
    if (due.includes('session')) return this.#end({ by: 'network', code: 'session-expired' });
    // Anybody can send an INVITE in anybody's name. The dialog lingers until the server gives it up.
    if (due.includes('ack')) return this.#end({ by: 'network', code: 'ack-timeout' });
    return due.includes('ring') ? this.#openMedia() : [];
  }

  #sessionTimer(nowMs: Ms, giveUpMs: Ms | undefined): readonly LegAction[] {
    if (giveUpMs === undefined || this.#ended !== undefined) this.#timers.cancel('session');
    else this.#timers.arm('session', ms(nowMs + giveUpMs));
    return [];
  }

  #openMedia(): readonly LegAction[] {
    this.#dialog = 'opening';
    this.#media = 'opening';
    return [{ kind: 'open-media' }];
  }

  #mediaOpened(): readonly LegAction[] {
    if (this.#media !== 'opening') return [];
    this.#media = 'open';
    if (this.#ended !== undefined) return this.#closeMedia();
    this.#dialog = 'accepting';
    return [{ kind: 'accept' }];
  }

  #accepted(nowMs: Ms): readonly LegAction[] {
    if (this.#dialog !== 'accepting') return [];
    this.#dialog = 'unacked';
    if (this.#abandoned) return this.#abandonDialog();
    if (this.#ended !== undefined) return [];
    this.#timers.arm('ack', ms(nowMs + this.#options.ackMs));
    return [];
  }

  #acked(answer: 'good' | { readonly reason: EndReason }): readonly LegAction[] {
    if (this.#dialog !== 'unacked') return [];
    this.#dialog = 'confirmed';
    this.#timers.cancel('ack');
    if (this.#ended !== undefined) return this.#bye(this.#ended);
    if (answer !== 'good') return this.#end(answer.reason);
    this.#answered = true;
    return [{ kind: 'answered' }];
  }

  #end(reason: EndReason): readonly LegAction[] {
    if (this.#ended !== undefined) return [];
    this.#ended = reason;
    this.#timers.cancelAll();
    return [...this.#leaveDialog(reason), { kind: 'ended', reason, wasAnswered: this.#answered }, ...this.#closeMedia()];
  }

  #leaveDialog(reason: EndReason): readonly LegAction[] {
    switch (this.#dialog) {
      case 'invited':
      case 'ringing':
      case 'opening':
        this.#dialog = 'gone';
        return [{ kind: 'refuse', reason }];
      case 'confirmed':
        return this.#bye(reason);
      case 'accepting': // the 200 is on its way: wait for its fate, then for the ACK
      case 'unacked': // the ACK or the server's own BYE after 32 s follows
      case 'gone':
        return [];
      default:
        return unreachable(this.#dialog);
    }
  }

  #abandonDialog(): readonly LegAction[] {
    this.#abandoned = true;
    if (this.#ended === undefined || this.#dialog !== 'unacked') return [];
    return this.#bye(this.#ended);
  }

  #bye(reason: EndReason): readonly LegAction[] {
    this.#dialog = 'gone';
    return [{ kind: 'bye', reason }];
  }

  #closeMedia(): readonly LegAction[] {
    if (this.#media !== 'open') return [];
    this.#media = 'closed';
    return [{ kind: 'close-media' }];
  }
}
