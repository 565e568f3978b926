import type { RefusalReason } from '#domain/call-leg';
import type { OfferHead } from '../call-facts.ts';
import type { IceServer } from '../ice-servers.ts';
import type { Refusal } from '../refusal.ts';
import type { IceFragment } from '../sdp/fragment.ts';

/** What the routes ask of the gateway. */
export interface CallDesk {
  /** What a browser is told to use; TURN credentials are made for it. */
  iceServers(): readonly IceServer[];
  /** The routes refused this offer themselves. */
  refuse(head: OfferHead, reason: RefusalReason): void;
  offer(head: OfferHead, sdp: string): TakenOffer | { readonly refusal: Refusal };
  /** Undefined: there is no such call. */
  patch(id: string, fragment: IceFragment, ifMatch: string | undefined): Promise<PatchOutcome> | undefined;
  /** True as well where the call has just ended. False: there is no such call. */
  hangUp(id: string): boolean;
}

export interface TakenOffer {
  /** Never rejects. */
  readonly outcome: Promise<OfferOutcome>;
  /** The call's own resource; whoever knows it may end the call. */
  readonly path: string;
  /** The request was broken off before its answer. */
  readonly gone: () => void;
}

export type OfferOutcome =
  | { readonly kind: 'answered'; readonly sdp: string; readonly etag: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export type PatchOutcome =
  | { readonly kind: 'trickled' }
  | { readonly kind: 'restarted'; readonly fragment: string; readonly etag: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };
