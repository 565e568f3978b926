import type { RefusalReason } from '#domain/call-leg';
import type { CallFacts, CallId, LegId } from '#domain/call';
import type { AudioCodec } from '#media';
import { callFacts } from '../call-facts.ts';
import { chooseFromOffer } from '../sdp/choice.ts';
import type { SrtpPolicy } from '../sdp/crypto.ts';
import type { Negotiated } from '../sdp/negotiated.ts';
import { readSdp } from '../sdp/remote-sdp.ts';
import type { RemoteSdp } from '../sdp/remote-sdp.ts';
import { refusalOf } from '../sip-status.ts';
import type { SipRefusal } from '../sip-status.ts';
import { bodyOf } from './srf.ts';
import type { SrfRequest } from './srf.ts';

/** The offer of an INVITE with what was chosen from it. */
export type Offer = { readonly sdp: RemoteSdp; readonly session: Negotiated };

export type OfferReading =
  /** `offer` is undefined when the INVITE has none and expects ours. */
  | { readonly kind: 'offer'; readonly offer: Offer | undefined }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly refusal: SipRefusal };

export function readOffer(req: SrfRequest, spoken: readonly AudioCodec[], policy: SrtpPolicy): OfferReading {
  const body = bodyOf(req);
  const badOffer: RefusalReason = { by: 'refused', code: 'bad-offer' };
  if (body.kind === 'none') return { kind: 'offer', offer: undefined };
  if (body.kind === 'other') return { kind: 'refused', reason: badOffer, refusal: { status: 415 } };
  const reading = readSdp(body.text);
  if (reading.kind === 'bad') {
    const refusal = refusalOf(badOffer, { code: 399, text: `Session description: ${reading.why}` });
    return { kind: 'refused', reason: badOffer, refusal };
  }
  const choice = chooseFromOffer(reading.sdp, req.source_address, spoken, policy);
  if (choice.kind === 'agreed') return { kind: 'offer', offer: { sdp: reading.sdp, session: choice.session } };
  const reason: RefusalReason = choice.kind === 'disabled' ? { by: 'refused', code: 'no-audio' } : choice.reason;
  return { kind: 'refused', reason, refusal: refusalOf(reason, choice.kind === 'refused' ? choice.warning : undefined) };
}

/** Whether drachtio-srf can make a dialog of it: it throws on headers that it cannot read. */
export function canFormDialog(req: SrfRequest): boolean {
  try {
    const contact = req.getParsedHeader('contact') as readonly { uri?: unknown }[];
    const contactUri = Array.isArray(contact) ? contact[0]?.uri : undefined;
    // Looked for in the text: srf finds no parameters behind a name in letters of other alphabets, and does not need this one.
    const hasTag = /;[ \t]*tag[ \t]*=[ \t]*[^ \t;]/i.test(req.get('From') ?? '');
    return typeof contactUri === 'string' && contactUri !== '' && hasTag && req.has('Call-ID');
  } catch {
    return false;
  }
}

export function factsOf(req: SrfRequest, ids: { readonly callId: CallId; readonly legId: LegId }): CallFacts {
  return callFacts(
    {
      requestUri: req.uri,
      from: req.get('From') ?? '',
      sipCallId: req.get('Call-ID') ?? '',
      peerAddress: req.source_address,
      peerPort: req.source_port,
      headers: req.headers,
    },
    ids,
  );
}
