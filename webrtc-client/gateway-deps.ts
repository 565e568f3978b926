import type { CallId } from '#domain/call';
import type { CallEvent } from '#domain/call-event';
import type { GatewayDeps } from '#kit/gateway-deps';
import type { MediaPort } from '#media';

/** What both gateways of browsers are given. */
export interface BrowserGatewayDeps extends GatewayDeps {
  /** Who can be called, the one that is offered first first. */
  readonly personas: () => readonly { readonly name: string; readonly title: string }[];
  /** Every event of one call as it is published; returns a function that stops it. */
  readonly observe: (callId: CallId, listener: (event: CallEvent) => void) => () => void;
}

export interface WebRtcGatewayDeps extends BrowserGatewayDeps {
  readonly media: Pick<MediaPort, 'openPeerLeg'>;
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
