/** One conversation; unique over restarts. */
export type CallId = string & { readonly __call?: never };
/** One network side of a call. */
export type LegId = string & { readonly __leg?: never };

/** How a leg is signalled. */
export const LEG_KINDS = ['sip', 'webrtc', 'websocket'] as const;
export type LegKind = (typeof LEG_KINDS)[number];
export type CallDirection = 'inbound' | 'outbound';

/** What the network told about a call; personas may use it, logs redact `from`, `displayName` and `headers`. */
export interface CallFacts {
  readonly callId: CallId;
  readonly legId: LegId;
  readonly kind: LegKind;
  readonly direction: CallDirection;
  /** The address that was called, such as `sip:bot@192.0.2.7`. */
  readonly to: string;
  /** User part of the called address: chooses the persona. */
  readonly toUser: string;
  readonly from: string;
  readonly fromUser: string;
  readonly displayName?: string;
  /** Address and port of the peer that signalled, such as `192.0.2.9:5060`. */
  readonly peer: string;
  /** Header fields that begin with `X-`, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The account (`sip.accounts`) or trunk (`sip.trunks`) by which it came. */
  readonly account?: string;
  readonly trunk?: string;
  /** Who answers there, whatever was dialled. */
  readonly persona?: string;
  /** The leg's own id of the dialog: the SIP Call-ID. */
  readonly signallingId: string;
}
