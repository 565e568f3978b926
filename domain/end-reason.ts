/** Why a call ended: who ended it, and a stable code. Every call ends exactly once, with exactly one of these. */
export type EndReason =
  | { readonly by: 'caller'; readonly code: 'hangup' | 'cancelled' }
  | { readonly by: 'bot'; readonly code: 'goodbye' | 'silent-caller' | 'transfer' }
  | { readonly by: 'operator'; readonly code: 'shutdown' | 'requested' }
  | {
      readonly by: 'network';
      /** `too-many-messages`: a client that sends more than anybody needs to. `peer-gone`: a browser that sends neither checks nor audio any more; `connect-timeout`: one that never came through. */
      readonly code:
        | 'media-timeout'
        | 'peer-gone'
        | 'connect-timeout'
        | 'ack-timeout'
        | 'session-expired'
        | 'control-connection-lost'
        | 'rejected-by-peer'
        | 'too-many-messages';
    }
  | {
      readonly by: 'system';
      /** `process-died` is written by the next process over the calls that it finds open. */
      readonly code: 'media-worker-died' | 'internal-error' | 'no-ports' | 'max-duration' | 'process-died';
      readonly detail?: string;
    }
  | {
      /** Refused before it was answered. */
      readonly by: 'refused';
      readonly code:
        | 'not-allowed'
        | 'no-such-address'
        | 'no-common-codec'
        | 'no-audio'
        | 'no-encryption'
        | 'bad-offer'
        | 'too-many-calls'
        | 'too-many-from-address'
        | 'shutting-down'
        | 'not-ready';
    };

/** `by/code`, the form used in logs, metric labels and records. */
export function endReasonLabel(reason: EndReason): EndReasonLabel {
  return `${reason.by}/${reason.code}` as EndReasonLabel;
}

export type EndReasonLabel = LabelOf<EndReason>;
export type LabelOf<Reason extends EndReason> = Reason extends { by: infer By extends string; code: infer Code extends string }
  ? `${By}/${Code}`
  : never;
