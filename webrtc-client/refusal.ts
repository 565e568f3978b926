import { endReasonLabel, type EndReason, type EndReasonLabel } from '#domain/end-reason';
import type { AppError } from '#domain/errors';
import type { RefusalReason } from '#domain/call-leg';
import { CODEC_NAMES, rtpmapOf } from '#media';

/** An HTTP answer that is not a call: problem details after RFC 9457. */
export interface Refusal {
  readonly status: number;
  /** Stable. */
  readonly code: string;
  /** For people: what is wrong and what would be right. */
  readonly detail: string;
  /** Sent as `Retry-After`, seconds. */
  readonly retryAfterS?: number;
}

/** How an offer is answered that does not become a call for `reason`. */
export function refusalOf(reason: EndReason): Refusal {
  return REFUSALS[endReasonLabel(reason)];
}

/** How an offer or fragment that could not be used is answered, and what the records call it. */
export function refusalOfFault(error: AppError): { readonly refusal: Refusal; readonly reason: RefusalReason } {
  const known = FAULTS[error.code] ?? { status: 400, code: 'bad-offer' as const };
  return { refusal: { status: known.status, code: error.code, detail: error.message }, reason: { by: 'refused', code: known.code } };
}

const INTERNAL: Refusal = { status: 500, code: 'INTERNAL', detail: 'The call could not be set up; the log of the server says more.' };

const REFUSALS: Readonly<Record<EndReasonLabel, Refusal>> = {
  'refused/not-allowed': { status: 403, code: 'NOT_ALLOWED', detail: 'This server takes no call from here.' },
  'refused/no-such-address': {
    status: 404,
    code: 'NO_SUCH_PERSONA',
    detail: 'There is no persona of this name; GET /webrtc/config lists them.',
  },
  'refused/no-common-codec': {
    status: 422,
    code: 'NO_COMMON_CODEC',
    detail: `None of the offered codecs is spoken here: ${CODEC_NAMES.map(rtpmapOf).join(', ')} are.`,
  },
  'refused/no-audio': { status: 422, code: 'NO_AUDIO', detail: 'The offer has no usable audio.' },
  'refused/no-encryption': { status: 422, code: 'NO_AUDIO', detail: 'The offer has no usable audio.' },
  'refused/bad-offer': { status: 400, code: 'BAD_OFFER', detail: 'The offer could not be read.' },
  'refused/too-many-calls': {
    status: 503,
    code: 'TOO_MANY_CALLS',
    detail: 'All places are taken; try again in a moment.',
    retryAfterS: 10,
  },
  'refused/too-many-from-address': {
    status: 429,
    code: 'TOO_MANY_FROM_ADDRESS',
    detail: 'Your network address has as many calls as one may have; end one, or try again in a moment.',
    retryAfterS: 10,
  },
  'refused/shutting-down': {
    status: 503,
    code: 'SHUTTING_DOWN',
    detail: 'The server is stopping and takes no more calls.',
    retryAfterS: 30,
  },
  'refused/not-ready': {
    status: 503,
    code: 'NOT_READY',
    detail: 'The speech services are not ready yet; try again in a moment.',
    retryAfterS: 5,
  },
  'operator/shutdown': { status: 503, code: 'SHUTTING_DOWN', detail: 'The server is stopping and takes no more calls.', retryAfterS: 30 },
  'system/no-ports': {
    status: 503,
    code: 'NO_PORTS',
    detail: 'All media ports are in use; widen webrtc.ports, or try again in a moment.',
    retryAfterS: 5,
  },
  'system/media-worker-died': {
    status: 503,
    code: 'NOT_READY',
    detail: 'The media are starting anew; try again in a moment.',
    retryAfterS: 5,
  },
  // What follows never ends an offer, or says no more than that it failed.
  'system/internal-error': INTERNAL,
  'system/max-duration': INTERNAL,
  'system/process-died': INTERNAL,
  'caller/cancelled': INTERNAL,
  'caller/hangup': INTERNAL,
  'operator/requested': INTERNAL,
  'bot/goodbye': INTERNAL,
  'bot/silent-caller': INTERNAL,
  'bot/transfer': INTERNAL,
  'network/media-timeout': INTERNAL,
  'network/peer-gone': INTERNAL,
  'network/connect-timeout': INTERNAL,
  'network/ack-timeout': INTERNAL,
  'network/session-expired': INTERNAL,
  'network/control-connection-lost': INTERNAL,
  'network/rejected-by-peer': INTERNAL,
  'network/too-many-messages': INTERNAL,
};

const FAULTS: Readonly<Record<string, { readonly status: number; readonly code: RefusalReason['code'] }>> = {
  BAD_OFFER: { status: 400, code: 'bad-offer' },
  NO_AUDIO: { status: 422, code: 'no-audio' },
  NO_COMMON_CODEC: { status: 422, code: 'no-common-codec' },
};
