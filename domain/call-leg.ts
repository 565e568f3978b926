import type { CallFacts, CallId } from './call.ts';
import type { EndReason } from './end-reason.ts';
import type { LegMedia, LegMediaStats } from './leg-media.ts';
import type { Ms } from './units.ts';

/** One network side of a call: how it is heard and spoken to, and how it ends. SIP, WebRTC and WebSocket legs alike. */
export interface CallLeg {
  readonly facts: CallFacts;
  readonly media: LegMedia;
  /** When the INVITE (or offer) arrived and when the call was answered. */
  readonly arrivedAtMs: Ms;
  readonly answeredAtMs: Ms;
  /** Aborted once the leg has ended, however it ended. */
  readonly signal: AbortSignal;
  /** Ends the leg (BYE, or a closed peer connection). Idempotent; the first reason counts. Resolves when all is released. */
  end(reason: EndReason): Promise<void>;
  /** Settles once, when the leg has ended by either side and its media are closed. */
  readonly ended: Promise<LegEnd>;
}

export interface LegEnd {
  readonly reason: EndReason;
  /** Absent where its media were never opened. */
  readonly stats?: LegMediaStats;
}

export type RefusalReason = Extract<EndReason, { by: 'refused' }>;

/** What the gateways ask of the application. */
export interface CallIntake {
  /** Decides about a new call before anything is spent on it; the refusal becomes a SIP or HTTP status. */
  admit(facts: CallFacts): { readonly kind: 'accept' } | { readonly kind: 'refuse'; readonly reason: RefusalReason };
  /** The call was accepted and rings: warm what it will need. `signal` is aborted when the leg ends, `end` ends it. */
  ringing(facts: CallFacts, signal: AbortSignal, end: (reason: EndReason) => unknown): void;
  /** The call is answered and its media run. */
  answered(leg: CallLeg): void;
  /** The caller has shown that they are there, by more than one message that anybody could have sent: the ACK of a telephone's call, for example. */
  established(callId: CallId): void;
  /** An accepted call that ended before it was answered (CANCEL, no ports, no ACK). */
  abandoned(facts: CallFacts, reason: EndReason): void;
}
