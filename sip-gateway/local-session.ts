import { writeAnswer, writeOffer } from './sdp-answer.ts';
import type { LocalEnd, Negotiated } from './sdp-answer.ts';
import type { RemoteSdp } from './sdp-offer.ts';

/**
 * Our side of a call's session description. The version in `o=` goes up by one whenever the description differs from
 * the one before, and only then; RFC 3264 section 8.
 */
export class LocalSession {
  readonly #end: Omit<LocalEnd, 'version'>;
  #version = 1;
  #last: string | undefined;

  constructor(end: Omit<LocalEnd, 'version'>) {
    this.#end = end;
  }

  answer(offer: RemoteSdp, session: Negotiated | undefined): string {
    return this.#describe((local) => writeAnswer(offer, session, local));
  }

  offer(): string {
    return this.#describe(writeOffer);
  }

  #describe(write: (local: LocalEnd) => string): string {
    const same = write({ ...this.#end, version: this.#version });
    if (this.#last === undefined || this.#last === same) return (this.#last = same);
    this.#version += 1;
    return (this.#last = write({ ...this.#end, version: this.#version }));
  }
}
