import type { AudioCodec } from '#media';
import type { SrtpPolicy } from './crypto.ts';
import { linesOfAnswer, linesOfOffer, NO_LINES, planOffer } from './own-offer.ts';
import type { KnownLines, OwnOffer } from './own-offer.ts';
import type { Negotiated } from './negotiated.ts';
import type { RemoteSdp } from './remote-sdp.ts';
import { writeAnswer, writeOffer } from './writing.ts';
import type { LocalEnd } from './writing.ts';

/** A description of ours that may be sent. It counts once it was: a CANCEL may be quicker. */
export interface Description {
  readonly text: string;
  sent(): void;
}

export interface OfferDescription extends Description {
  readonly offer: OwnOffer;
}

/**
 * Our side of a call's session description. The version in `o=` goes up by one whenever the description differs from
 * the one before, and only then; the media lines keep their number and order. RFC 3264 section 8.
 */
export class LocalSession {
  readonly #end: Omit<LocalEnd, 'version'>;
  readonly #spoken: readonly AudioCodec[];
  readonly #policy: SrtpPolicy;
  #version = 1;
  #last: string | undefined;
  #lines: KnownLines = NO_LINES;

  /** `spoken`: what our own offers name. */
  constructor(end: Omit<LocalEnd, 'version'>, spoken: readonly AudioCodec[], policy: SrtpPolicy) {
    this.#policy = policy;
    this.#end = end;
    this.#spoken = spoken;
  }

  answer(offer: RemoteSdp, session: Negotiated | undefined): Description {
    return this.#describe((local) => writeAnswer(offer, session, local), linesOfAnswer(this.#lines, offer, session));
  }

  offer(): OfferDescription {
    const offer = planOffer(this.#lines, this.#spoken, this.#policy);
    return { ...this.#describe((local) => writeOffer(offer, local), linesOfOffer(this.#lines, offer)), offer };
  }

  #describe(write: (local: LocalEnd) => string, lines: KnownLines): Description {
    const same = write({ ...this.#end, version: this.#version });
    const isChange = this.#last !== undefined && this.#last !== same;
    const version = isChange ? this.#version + 1 : this.#version;
    const text = isChange ? write({ ...this.#end, version }) : same;
    return {
      text,
      sent: () => {
        this.#version = version;
        this.#last = text;
        this.#lines = lines;
      },
    };
  }
}
