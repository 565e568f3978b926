import type { RefusalReason } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';

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
  const known = REFUSALS[label(reason)] ?? { status: 500 };
  return warning === undefined || known.warning === undefined ? known : { ...known, warning };
}

/** The `Reason` header of a BYE, RFC 3326, with the Q.850 cause that gateways to the telephone network read. */
export function byeReasonHeader(reason: EndReason): string {
  const { cause, text } = BYE_CAUSES[label(reason)] ?? { cause: 31, text: 'Normal, unspecified' };
  return `Q.850;cause=${cause};text="${text}"`;
}

/** Why the SIP server hung up by itself, from the text of its BYE's Reason. */
export function reasonOfServerBye(text: string): EndReason {
  return SERVER_BYES[text.trim().toLowerCase()] ?? { by: 'network', code: 'rejected-by-peer' };
}

/** Why an INVITE of ours failed that was answered with `status` (300..699). */
export function reasonOfStatus(status: number): EndReason {
  if (status === 487) return { by: 'operator', code: 'requested' };
  if (status === 488 || status === 606) return { by: 'refused', code: 'no-common-codec' };
  if (status === 404 || status === 410 || status === 604) return { by: 'refused', code: 'no-such-address' };
  if (status === 403 || status === 401 || status === 407) return { by: 'refused', code: 'not-allowed' };
  return { by: 'network', code: 'rejected-by-peer' };
}

function label(reason: EndReason): Label {
  return `${reason.by}/${reason.code}` as Label;
}

type Label = EndReason extends infer R
  ? R extends { by: infer B extends string; code: infer C extends string }
    ? `${B}/${C}`
    : never
  : never;
type RefusalLabel = RefusalReason extends { by: infer B extends string; code: infer C extends string } ? `${B}/${C}` : never;

/** Every refusal has a row; what else can end a call before its answer is below. */
const REFUSALS: Readonly<Record<RefusalLabel, SipRefusal> & Partial<Record<Label, SipRefusal>>> = {
  'refused/not-allowed': { status: 403 },
  'refused/no-such-address': { status: 404 },
  'refused/no-common-codec': { status: 488, warning: { code: 305, text: 'Incompatible media format' } },
  'refused/no-audio': { status: 488, warning: { code: 304, text: 'Media type not available: audio over RTP/AVP is needed' } },
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
};

/** Q.850 causes: 16 normal clearing, 31 normal unspecified, 41 temporary failure, 102 recovery on timer expiry. */
const BYE_CAUSES: Readonly<Partial<Record<Label, { readonly cause: number; readonly text: string }>>> = {
  'bot/goodbye': { cause: 16, text: 'Normal call clearing' },
  'bot/silent-caller': { cause: 16, text: 'Caller silent' },
  'bot/transfer': { cause: 16, text: 'Transferred' },
  'operator/shutdown': { cause: 41, text: 'Shutting down' },
  'operator/requested': { cause: 16, text: 'Ended by operator' },
  'network/media-timeout': { cause: 102, text: 'No media' },
  'network/session-expired': { cause: 102, text: 'Session timer expired' },
  'system/media-worker-died': { cause: 41, text: 'Media failure' },
  'system/internal-error': { cause: 41, text: 'Internal error' },
  'system/max-duration': { cause: 102, text: 'Longest call reached' },
  'refused/bad-offer': { cause: 79, text: 'Session description could not be read' },
  'refused/no-audio': { cause: 79, text: 'No audio' },
  'refused/no-common-codec': { cause: 79, text: 'No common codec' },
};

/** Texts of the BYEs that a drachtio server sends by itself. */
const SERVER_BYES: Readonly<Record<string, EndReason>> = {
  'ack timeout': { by: 'network', code: 'ack-timeout' },
  'session timer expired': { by: 'network', code: 'session-expired' },
  'cancel after 200 ok': { by: 'caller', code: 'cancelled' },
  'ack-bye due to cancel race condition': { by: 'caller', code: 'cancelled' },
};
