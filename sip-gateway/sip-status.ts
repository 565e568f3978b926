import { endReasonLabel, type EndReason, type EndReasonLabel } from '#domain/end-reason';

/** A final answer to an INVITE that will not become a call. */
export interface SipRefusal {
  /** 400..699 */
  readonly status: number;
  /** Sent as `Retry-After`, seconds. */
  readonly retryAfterS?: number;
  /** Sent as `Warning`; RFC 3261 section 20.43. */
  readonly warning?: SipWarning;
}

export interface SipWarning {
  /** 300..399 */
  readonly code: number;
  readonly text: string;
}

/** How an INVITE is answered that ends for `reason` before a 200; a more exact `warning` may be given. */
export function refusalOf(reason: EndReason, warning?: SipWarning): SipRefusal {
  const known = REFUSALS[endReasonLabel(reason)];
  return warning === undefined || known.warning === undefined ? known : { ...known, warning };
}

/** The `Reason` header of a BYE, RFC 3326, with the Q.850 cause that gateways to the telephone network read. */
export function byeReasonHeader(reason: EndReason): string {
  const { cause, text } = BYE_CAUSES[endReasonLabel(reason)];
  return `Q.850;cause=${cause};text="${text}"`;
}

/** Why the SIP server hung up by itself, from the text of its BYE's Reason. */
export function reasonOfServerBye(text: string): EndReason {
  return SERVER_BYES[text.trim().toLowerCase()] ?? { by: 'network', code: 'rejected-by-peer' };
}

/** No INVITE ends so: these come after its 200. */
const AFTER_ANSWER: SipRefusal = { status: 500 };

const REFUSALS: Readonly<Record<EndReasonLabel, SipRefusal>> = {
  'refused/not-allowed': { status: 403 },
  'refused/no-such-address': { status: 404 },
  'refused/no-common-codec': { status: 488, warning: { code: 305, text: 'Incompatible media format' } },
  'refused/no-audio': { status: 488, warning: { code: 304, text: 'Media type not available: audio over RTP/AVP is needed' } },
  'refused/no-encryption': { status: 488, warning: { code: 302, text: 'Incompatible transport protocol' } },
  'refused/bad-offer': { status: 488, warning: { code: 399, text: 'Session description could not be read' } },
  'refused/too-many-calls': { status: 503, retryAfterS: 10 },
  // Not 503, which makes a proxy look for another server (RFC 3261 section 21.5.4): it is this caller who has enough calls.
  'refused/too-many-from-address': { status: 486, retryAfterS: 10 },
  'refused/shutting-down': { status: 503, retryAfterS: 30 },
  'refused/not-ready': { status: 503, retryAfterS: 5 },
  'caller/cancelled': { status: 487 },
  'caller/hangup': { status: 487 },
  'operator/shutdown': { status: 503, retryAfterS: 30 },
  'operator/requested': { status: 480 },
  'system/no-ports': { status: 503, retryAfterS: 5 },
  'system/media-worker-died': { status: 500 },
  'system/internal-error': { status: 500 },
  'system/max-duration': AFTER_ANSWER,
  'system/process-died': AFTER_ANSWER,
  'bot/goodbye': AFTER_ANSWER,
  'bot/silent-caller': AFTER_ANSWER,
  'bot/transfer': AFTER_ANSWER,
  'network/media-timeout': AFTER_ANSWER,
  'network/peer-gone': AFTER_ANSWER,
  'network/connect-timeout': AFTER_ANSWER,
  'network/ack-timeout': AFTER_ANSWER,
  'network/session-expired': AFTER_ANSWER,
  'network/control-connection-lost': AFTER_ANSWER,
  'network/rejected-by-peer': AFTER_ANSWER,
  'network/too-many-messages': AFTER_ANSWER,
};

const UNSPECIFIED: Cause = { cause: 31, text: 'Normal, unspecified' };

/** Q.850 causes: 16 normal clearing, 31 normal unspecified, 41 temporary failure, 79 service not implemented, 102 recovery on timer expiry. */
const BYE_CAUSES: Readonly<Record<EndReasonLabel, Cause>> = {
  'bot/goodbye': { cause: 16, text: 'Normal call clearing' },
  'bot/silent-caller': { cause: 16, text: 'Caller silent' },
  'bot/transfer': { cause: 16, text: 'Transferred' },
  'operator/shutdown': { cause: 41, text: 'Shutting down' },
  'operator/requested': { cause: 16, text: 'Ended by operator' },
  'network/media-timeout': { cause: 102, text: 'No media' },
  'network/session-expired': { cause: 102, text: 'Session timer expired' },
  'network/peer-gone': UNSPECIFIED,
  'network/connect-timeout': UNSPECIFIED,
  'network/ack-timeout': UNSPECIFIED,
  'network/control-connection-lost': UNSPECIFIED,
  'network/rejected-by-peer': UNSPECIFIED,
  'network/too-many-messages': UNSPECIFIED,
  'system/media-worker-died': { cause: 41, text: 'Media failure' },
  'system/internal-error': { cause: 41, text: 'Internal error' },
  'system/max-duration': { cause: 102, text: 'Longest call reached' },
  'system/no-ports': UNSPECIFIED,
  'system/process-died': UNSPECIFIED,
  'caller/hangup': UNSPECIFIED,
  'caller/cancelled': UNSPECIFIED,
  'refused/bad-offer': { cause: 79, text: 'Session description could not be read' },
  'refused/no-audio': { cause: 79, text: 'No audio' },
  'refused/no-encryption': { cause: 79, text: 'Not encrypted as needed' },
  'refused/no-common-codec': { cause: 79, text: 'No common codec' },
  'refused/not-allowed': UNSPECIFIED,
  'refused/no-such-address': UNSPECIFIED,
  'refused/too-many-calls': UNSPECIFIED,
  'refused/too-many-from-address': UNSPECIFIED,
  'refused/shutting-down': UNSPECIFIED,
  'refused/not-ready': UNSPECIFIED,
};

interface Cause {
  readonly cause: number;
  readonly text: string;
}

/** Texts of the BYEs that a drachtio server sends by itself. */
const SERVER_BYES: Readonly<Record<string, EndReason>> = {
  'ack timeout': { by: 'network', code: 'ack-timeout' },
  'session timer expired': { by: 'network', code: 'session-expired' },
  'cancel after 200 ok': { by: 'caller', code: 'cancelled' },
  'ack-bye due to cancel race condition': { by: 'caller', code: 'cancelled' },
};
