import type { EndReason } from '#domain/end-reason';
import { errorText } from '#domain/errors';
import type { Log } from '#kit/log';
import type { AudioCodec } from '#media';
import type { Description, LocalSession } from '../sdp/local-session.ts';
import type { OwnOffer } from '../sdp/own-offer.ts';
import { chooseFromAnswer, chooseFromOffer } from '../sdp/choice.ts';
import type { Choice } from '../sdp/choice.ts';
import type { SrtpPolicy } from '../sdp/crypto.ts';
import type { Negotiated } from '../sdp/negotiated.ts';
import { readSdp } from '../sdp/remote-sdp.ts';
import type { SessionTimer } from '../session-timer.ts';
import { refusalOf } from '../sip-status.ts';
import { answerHeaders, sendRefusal } from './replies.ts';
import { bodyOf } from './srf.ts';
import type { SrfRequest, SrfResponse } from './srf.ts';

export interface RenegotiationPorts {
  readonly local: () => LocalSession | undefined;
  /** Tells the media what changed. */
  readonly update: (change: Partial<Negotiated>) => void;
  /** The Contact that the dialog was made with. */
  readonly contact: () => string | undefined;
  /** Where the caller's signalling comes from. */
  readonly signallingAddress: string;
  readonly codecs: readonly AudioCodec[];
  readonly srtp: SrtpPolicy;
  /** Decides about the session timer that a request asks for. */
  readonly sessionTimer: (req: SrfRequest) => SessionTimer;
  /** Told of every refresh that we took: a refused one is none; RFC 4028 section 10. */
  readonly refreshed: (timer: TakenTimer) => void;
  readonly log: Log;
}

type TakenTimer = Exclude<SessionTimer, { kind: 'too-small' }>;

/** Offers and answers after the first: re-INVITE, UPDATE, and answers that come in an ACK. RFC 3264 section 8, RFC 6337. */
export class Renegotiation {
  readonly #ports: RenegotiationPorts;
  #current: Negotiated | undefined;
  /** We made this offer in a 200 to the INVITE of that number, and its answer will be in the ACK. */
  #open: { readonly offer: OwnOffer; readonly cseq: number } | undefined;

  /** `current`: what the INVITE's offer led to; undefined when we make the first offer. */
  constructor(current: Negotiated | undefined, ports: RenegotiationPorts) {
    this.#current = current;
    this.#ports = ports;
  }

  /** Our 200 carried an offer. */
  offered(offer: OwnOffer, invite: SrfRequest): void {
    this.#open = { offer, cseq: cseqOf(invite) };
  }

  reinvite(req: SrfRequest, res: SrfResponse): void {
    if (this.#open !== undefined) return sendRefusal(res, { status: 491 });
    const body = bodyOf(req);
    if (body.kind === 'other') return sendRefusal(res, { status: 415 });
    const timer = this.#timer(req, res);
    if (timer === undefined) return;
    if (body.kind === 'found') return this.#answer(body.text, res, timer);
    const description = this.#ports.local()?.offer();
    if (description === undefined) return sendRefusal(res, { status: 500 });
    this.offered(description.offer, req);
    this.#ok(res, description, timer, (sent) => {
      if (!sent) this.#open = undefined;
    });
  }

  /** RFC 3311: with an offer as a re-INVITE, without one only a sign of life. */
  update(req: SrfRequest, res: SrfResponse): void {
    const body = bodyOf(req);
    if (body.kind === 'other') return sendRefusal(res, { status: 415 });
    if (body.kind === 'found' && this.#open !== undefined) return sendRefusal(res, { status: 491 });
    const timer = this.#timer(req, res);
    if (timer === undefined) return;
    if (body.kind === 'found') this.#answer(body.text, res, timer);
    else this.#ok(res, undefined, timer, () => {});
  }

  /** Whether the ACK brought what it should; `good` too when it should bring nothing. */
  acked(req: SrfRequest): 'good' | { readonly reason: EndReason } {
    // The ACK of an earlier INVITE may come after the next one: from the network, and from srf, which tells of ACKs a moment later than of INVITEs.
    if (this.#open === undefined || this.#open.cseq !== cseqOf(req)) return 'good';
    const { offer } = this.#open;
    this.#open = undefined;
    const body = bodyOf(req);
    const reading = body.kind === 'found' ? readSdp(body.text) : undefined;
    if (reading === undefined || reading.kind === 'bad') return { reason: { by: 'refused', code: 'bad-offer' } };
    const choice = chooseFromAnswer(reading.sdp, offer, this.#ports.signallingAddress, this.#ports.codecs, this.#ports.srtp);
    if (choice.kind === 'refused') return { reason: choice.reason };
    this.#apply(choice);
    return choice.kind === 'disabled' && this.#current === undefined ? { reason: { by: 'refused', code: 'no-audio' } } : 'good';
  }

  /** Undefined after 422. */
  #timer(req: SrfRequest, res: SrfResponse): TakenTimer | undefined {
    const timer = this.#ports.sessionTimer(req);
    if (timer.kind !== 'too-small') return timer;
    res.send(422, { headers: timer.headers });
    return undefined;
  }

  #answer(text: string, res: SrfResponse, timer: TakenTimer): void {
    const reading = readSdp(text);
    if (reading.kind === 'bad') {
      return sendRefusal(res, refusalOf({ by: 'refused', code: 'bad-offer' }, { code: 399, text: `Session description: ${reading.why}` }));
    }
    const choice = chooseFromOffer(reading.sdp, this.#ports.signallingAddress, this.#ports.codecs, this.#ports.srtp);
    // A refused offer leaves the session as it was; RFC 3261 section 14.2.
    if (choice.kind === 'refused') return sendRefusal(res, refusalOf(choice.reason, choice.warning));
    const answer = this.#ports.local()?.answer(reading.sdp, choice.kind === 'agreed' ? choice.session : undefined);
    if (answer === undefined) return sendRefusal(res, { status: 500 });
    const before = this.#current;
    // Before the answer leaves, not after: whoever has it may send by it at once; RFC 3264 section 8.3.
    this.#apply(choice);
    this.#ok(res, answer, timer, (sent) => {
      if (!sent && before !== undefined) this.#restore(before);
    });
  }

  /** Sends 200 and tells whether it went out: a CANCEL may have been quicker. */
  #ok(res: SrfResponse, description: Description | undefined, timer: TakenTimer, done: (sent: boolean) => void): void {
    const headers = {
      ...answerHeaders(this.#ports.contact(), description !== undefined),
      ...(timer.kind === 'timed' ? timer.headers : {}),
    };
    res.send(200, description === undefined ? { headers } : { headers, body: description.text }, (error) => {
      const sent = error === null || error === undefined;
      if (sent) {
        description?.sent();
        this.#ports.refreshed(timer);
      } else this.#ports.log.debug({ error: errorText(error) }, 'the response to a re-INVITE or UPDATE could not be sent');
      done(sent);
    });
  }

  /** What was agreed on before an offer that its sender took back. */
  #restore(before: Negotiated): void {
    this.#current = before;
    this.#ports.update(before);
  }

  #apply(choice: Exclude<Choice, { kind: 'refused' }>): void {
    if (choice.kind === 'disabled') return this.#ports.update({ direction: 'inactive', held: true });
    const { remote, ...rest } = choice.session;
    const moved = remote !== undefined && JSON.stringify(remote) !== JSON.stringify(this.#current?.remote);
    this.#current =
      remote === undefined && this.#current?.remote !== undefined ? { ...rest, remote: this.#current.remote } : choice.session;
    this.#ports.update(moved ? { ...rest, remote } : rest);
  }
}

function cseqOf(req: SrfRequest): number {
  return Number.parseInt(req.get('CSeq') ?? '', 10);
}
