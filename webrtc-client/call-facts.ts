import type { CallFacts, CallId, LegId } from '#domain/call';
import { printable } from '#kit/printable';
import { hostPort } from '#kit/ip/ip-address';

/** The parts of an offer's HTTP request that facts are made of. */
export interface OfferHead {
  /** From the query; who is called. */
  readonly persona: string;
  /** From the query; what the caller wants to be called. */
  readonly name: string | undefined;
  readonly origin: string | undefined;
  readonly userAgent: string | undefined;
  readonly address: string;
  readonly port: number;
}

/** What the conversation may know of the caller. Every text is bounded and free of control characters. */
export function callFacts(head: OfferHead, ids: { readonly callId: CallId; readonly legId: LegId }): CallFacts {
  const persona = printable(head.persona, MAX_PERSONA);
  const displayName = printable(head.name ?? '', MAX_NAME);
  const origin = printable(head.origin ?? '', MAX_VALUE);
  const userAgent = printable(head.userAgent ?? '', MAX_VALUE);
  return {
    callId: ids.callId,
    legId: ids.legId,
    kind: 'webrtc',
    direction: 'inbound',
    to: `webrtc:${persona}`,
    toUser: persona,
    from: 'webrtc:browser',
    fromUser: 'browser',
    ...(displayName === '' ? {} : { displayName }),
    peer: hostPort(head.address, head.port),
    headers: { ...(origin === '' ? {} : { 'x-origin': origin }), ...(userAgent === '' ? {} : { 'x-user-agent': userAgent }) },
    // The call's resource is known to its caller only, so it stands in no record.
    signallingId: ids.legId,
  };
}

const MAX_PERSONA = 128;
const MAX_NAME = 128;
const MAX_VALUE = 256;
