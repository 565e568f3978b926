import { AppError } from '#domain/errors';
import { LocalSession } from '../sdp/local-session.ts';
import type { Description, OfferDescription } from '../sdp/local-session.ts';
import type { AudioCodec, MediaPort, OpenLeg } from '#media';
import { NO_LINES, planOffer } from '../sdp/own-offer.ts';
import type { Negotiated } from '../sdp/negotiated.ts';
import type { Offer } from './invite.ts';

export interface LegSessionSetup {
  readonly legId: string;
  readonly media: Pick<MediaPort, 'openLeg'>;
  /** Of the INVITE; absent when it had none and we make one. */
  readonly offer: Offer | undefined;
  /** Our address as this caller sees it, for SDP. */
  readonly address: string;
  readonly signallingAddress: string;
  /** What may be spoken, in our order. */
  readonly codecs: readonly AudioCodec[];
  /** `o=` session id. */
  readonly sessionId: string;
}

/** The media of one leg together with how they are described to the caller. */
export class LegSession {
  readonly #setup: LegSessionSetup;
  #open: OpenLeg | undefined;
  #local: LocalSession | undefined;

  constructor(setup: LegSessionSetup) {
    this.#setup = setup;
  }

  /** Undefined before the media are open: their ports stand in it. */
  get local(): LocalSession | undefined {
    return this.#local;
  }

  async open(): Promise<OpenLeg> {
    const { legId, media, offer, address, signallingAddress, sessionId, codecs } = this.#setup;
    const open = await media.openLeg({ legId, signallingAddress, ...withoutLine(offer?.session ?? unknownSession(codecs)) });
    this.#open = open;
    this.#local = new LocalSession({ address, port: open.localPort, rtcpPort: open.localRtcpPort, sessionId }, codecs);
    return open;
  }

  /** What the 200 to the INVITE carries: our answer, or our offer. */
  firstDescription(): Description | OfferDescription {
    const { offer } = this.#setup;
    if (this.#local === undefined) throw new AppError('NO_MEDIA', 'The leg cannot be described before its media are open');
    return offer === undefined ? this.#local.offer() : this.#local.answer(offer.sdp, offer.session);
  }

  update(change: Partial<Negotiated>): void {
    this.#open?.update(withoutLine(change));
  }
}

function withoutLine<S extends Partial<Negotiated>>(session: S): Omit<S, 'lineIndex'> {
  const { lineIndex: _lineIndex, ...media } = session;
  return media;
}

/** Before an answer to our own offer: what it names may come, nothing is sent, and silence is no fault. */
function unknownSession(codecs: readonly AudioCodec[]): Negotiated {
  const { receives } = planOffer(NO_LINES, codecs);
  const [first] = receives;
  return {
    lineIndex: 0,
    codec: codecs[0] ?? 'PCMU',
    payloadType: first?.payloadType ?? 0,
    receives,
    ptimeMs: 20,
    direction: 'sendrecv',
    held: true,
  };
}
