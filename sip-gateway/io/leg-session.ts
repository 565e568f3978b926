import { randomBytes } from 'node:crypto';
import { AppError } from '#domain/errors';
import { ms } from '#domain/units';
import { OwnKeys, profileOf, type SrtpPolicy } from '../sdp/crypto.ts';
import { LocalSession } from '../sdp/local-session.ts';
import type { Description, OfferDescription } from '../sdp/local-session.ts';
import type { AudioCodec, LegSpec, MediaPort, OpenLeg, SrtpKeying } from '#media';
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
  readonly srtp: SrtpPolicy;
  /** `o=` session id. */
  readonly sessionId: string;
}

/** The media of one leg together with how they are described to the caller. */
export class LegSession {
  readonly #setup: LegSessionSetup;
  #open: OpenLeg | undefined;
  #local: LocalSession | undefined;
  readonly #keys = new OwnKeys(randomBytes);

  constructor(setup: LegSessionSetup) {
    this.#setup = setup;
  }

  /** Undefined before the media are open: their ports stand in it. */
  get local(): LocalSession | undefined {
    return this.#local;
  }

  async open(): Promise<OpenLeg> {
    const { legId, media, offer, address, signallingAddress, sessionId, codecs, srtp } = this.#setup;
    const agreed = offer === undefined ? this.#unknownSession() : this.#mediaOf(offer.session);
    this.#keys.taken(offer?.session.crypto?.suite);
    const open = await media.openLeg({ legId, signallingAddress, ...agreed });
    this.#open = open;
    const end = { address, port: open.localPort, rtcpPort: open.localRtcpPort, sessionId, keys: this.#keys };
    this.#local = new LocalSession(end, codecs, srtp);
    return open;
  }

  /** What the 200 to the INVITE carries: our answer, or our offer. */
  firstDescription(): Description | OfferDescription {
    const { offer } = this.#setup;
    if (this.#local === undefined) throw new AppError('NO_MEDIA', 'The leg cannot be described before its media are open');
    return offer === undefined ? this.#local.offer() : this.#local.answer(offer.sdp, offer.session);
  }

  update(change: Partial<Negotiated>): void {
    // A whole agreement says how packets are encrypted, if they are.
    if (change.payloadType !== undefined) this.#keys.taken(change.crypto?.suite);
    this.#open?.update(this.#mediaOf(change));
  }

  /** The same for media: without what only descriptions need, and with our own keys. */
  #mediaOf<S extends Partial<Negotiated>>({
    lineIndex: _lineIndex,
    crypto,
    ...media
  }: S): Omit<S, 'lineIndex' | 'crypto'> & { srtp?: SrtpKeying } {
    if (crypto === undefined) return media;
    const { suite, remote, ownMki } = crypto;
    const send = { ...this.#keys.of(suite), ...(ownMki !== undefined && { mki: ownMki }) };
    return { ...media, srtp: { profile: profileOf(suite), send, receive: remote } };
  }

  /** Before an answer to our own offer: what it names may come, unless it may be encrypted with a key that is not known yet; nothing is sent, and silence is no fault. */
  #unknownSession(): Omit<LegSpec, 'legId' | 'signallingAddress'> {
    const { codecs, srtp } = this.#setup;
    const { receives, crypto } = planOffer(NO_LINES, codecs, srtp);
    return {
      codec: codecs[0] ?? 'PCMU',
      payloadType: receives[0]?.payloadType ?? 0,
      receives,
      ptimeMs: ms(20),
      direction: 'sendrecv',
      held: true,
      ...(crypto.length > 0 && { srtp: 'awaited' }),
    };
  }
}
