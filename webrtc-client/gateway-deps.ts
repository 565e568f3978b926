import type { CallFacts, CallId } from '#domain/call';
import type { CallEvent } from '#domain/call-event';
import type { CallIntake, RefusalReason } from '#domain/call-leg';
import type { Clock } from '#domain/clock';
import type { Log } from '#kit/log';
import type { MediaPort } from '#media';

/** What the gateway is given; it reads no environment and holds no state of the module. */
export interface WebRtcGatewayDeps {
  readonly media: Pick<MediaPort, 'openPeerLeg'>;
  readonly intake: CallIntake;
  readonly clock: Clock;
  /** Unique over restarts: call and leg ids. */
  readonly randomId: () => string;
  readonly log: Log;
  /** Who can be called, the one that is offered first first. */
  readonly personas: () => readonly { readonly name: string; readonly title: string }[];
  /** Every event of one call as it is published; returns a function that stops it. */
  readonly observe: (callId: CallId, listener: (event: CallEvent) => void) => () => void;
  /** A call that the gateway itself refused: its origin, token, capacity, shutdown, or what it offered. The intake hears no more of it. */
  readonly onRefused?: (facts: CallFacts, reason: RefusalReason) => void;
  readonly secrets: {
    /** Signs call tokens. */
    readonly callTokenKey: string;
    /** Shared with the TURN server; without it no TURN server is named to browsers. */
    readonly turnSecret?: string;
  };
  readonly network?: {
    /** Addresses that the outside knows this machine by, beside `webrtc.externalAddresses`. */
    readonly externalAddresses?: readonly string[];
  };
}
