import { unreachable } from '#domain/assert';
import type { CallFacts } from '#domain/call';
import type { EndReason } from '#domain/end-reason';
import { AppError, errorText } from '#domain/errors';
import type { LegMediaEvent } from '#domain/leg-media';
import { ms } from '#domain/units';
import { LegShell } from '#kit/io/leg-shell';
import type { Log } from '#kit/log';
import type { IceParameters, OpenPeerLeg, PeerEvent, PeerNetwork } from '#media';
import type { WebRtcGatewayDeps } from '../gateway-deps.ts';
import { IceSession } from '../ice-session.ts';
import { PageTalk } from '../page-talk.ts';
import { PeerState, type PeerAction, type PeerInput } from '../peer-state.ts';
import { refusalOf, type Refusal } from '../refusal.ts';
import type { Agreement } from '../sdp/agreement.ts';
import { writeAnswer } from '../sdp/answer.ts';
import { writeFragment, type IceFragment } from '../sdp/fragment.ts';
import type { BrowserOffer } from '../sdp/offer.ts';
import type { OfferOutcome, PatchOutcome } from './call-desk.ts';

export interface WebRtcLegSetup {
  readonly facts: CallFacts;
  readonly offer: BrowserOffer;
  readonly agreement: Agreement;
  readonly network: PeerNetwork;
  /** Who answers, for the page. */
  readonly title: string;
  readonly deps: WebRtcGatewayDeps;
  /** Already carries the ids of call and leg. */
  readonly log: Log;
  /** Called once, when the call has ended and its media are closed. */
  readonly onReleased: () => void;
}

/** One browser call: performs what `PeerState` decides, and carries what the page and the call tell each other. */
export class WebRtcLeg extends LegShell<PeerInput, PeerAction, OpenPeerLeg> {
  readonly #setup: WebRtcLegSetup;
  readonly #state: PeerState;
  readonly #ice: IceSession;
  readonly #talk: PageTalk;
  readonly #outcome = Promise.withResolvers<OfferOutcome>();
  #openFault: Refusal | undefined;
  #restart: PromiseWithResolvers<IceParameters | undefined> | undefined;
  #stopObserving: () => void = () => undefined;

  constructor(setup: WebRtcLegSetup) {
    const { facts, deps, network, title, agreement } = setup;
    const state = new PeerState({ connectMs: network.connectMs });
    super({ facts, core: state, clock: deps.clock, intake: deps.intake, log: setup.log });
    this.#setup = setup;
    this.#state = state;
    this.#ice = new IceSession(agreement.transport);
    this.#talk = new PageTalk({ callId: facts.callId, persona: facts.toUser, title });
  }

  /** Resolves with what the offer is answered with; never rejects. */
  start(): Promise<OfferOutcome> {
    this.handle({ kind: 'admitted' });
    return this.#outcome.promise;
  }

  /** DELETE of the call, or its offer's request broken off. */
  hangUp(): void {
    this.handle({ kind: 'hangup' });
  }

  async patch(fragment: IceFragment, ifMatch: string | undefined): Promise<PatchOutcome> {
    const { open } = this;
    if (!this.#state.negotiable || open === undefined) return { kind: 'refused', refusal: OVER };
    const verdict = this.#ice.patch(fragment, ifMatch);
    switch (verdict.kind) {
      case 'refused':
        return verdict;
      case 'trickle':
        if (verdict.command !== undefined) open.tell(verdict.command);
        return { kind: 'trickled' };
      case 'restart': {
        const restart = Promise.withResolvers<IceParameters | undefined>();
        this.#restart = restart;
        const timer = setTimeout(() => restart.resolve(undefined), RESTART_MS);
        open.tell(verdict.command);
        const ice = await restart.promise;
        clearTimeout(timer);
        this.#restart = undefined;
        this.#ice.restarted(ice !== undefined);
        if (ice === undefined) return { kind: 'refused', refusal: this.#state.negotiable ? RESTART_FAILED : OVER };
        const { offer, agreement } = this.#setup;
        return { kind: 'restarted', fragment: writeFragment(offer, agreement, ice, open.answer.iceLite), etag: this.#ice.etag };
      }
      default:
        return unreachable(verdict);
    }
  }

  protected override perform(action: PeerAction): void {
    const { deps, facts } = this.#setup;
    switch (action.kind) {
      case 'ring':
        this.#stopObserving = deps.observe(facts.callId, (event) => this.guarded(() => this.#send(this.#talk.observe(event))));
        this.ringing();
        break;
      case 'respond':
        this.#respond();
        break;
      case 'refuse':
        this.#outcome.resolve({ kind: 'refused', refusal: this.#openFault ?? refusalOf(action.reason) });
        break;
      case 'answered':
        this.performCommon(action);
        deps.intake.established(facts.callId);
        break;
      case 'say-ended':
        this.#send(this.#talk.end(this.nowMs(), action.reason));
        break;
      case 'ended':
        this.#restart?.resolve(undefined);
        this.performCommon(action);
        break;
      case 'open-media':
      case 'close-media':
        this.performCommon(action);
        break;
      default:
        unreachable(action);
    }
  }

  protected override openMedia(): Promise<OpenPeerLeg> {
    const { facts, agreement, network, deps } = this.#setup;
    const { transport, sctpPort, localSetup, remoteLite, audio } = agreement;
    return deps.media.openPeerLeg({
      legId: facts.legId,
      ...audio,
      ptimeMs: ms(audio.ptimeMs),
      peer: {
        remoteIce: {
          usernameFragment: transport.usernameFragment,
          password: transport.password,
          candidates: transport.candidates,
          lite: remoteLite,
        },
        remoteFingerprints: transport.fingerprints,
        localSetup,
        ...(sctpPort === undefined ? {} : { sctpPort }),
        network,
      },
    });
  }

  /** What the transport says about the offer is the caller's to mend; the rest is ours. */
  protected override openFailure(error: unknown): EndReason {
    if (!(error instanceof AppError && BAD_OFFERS.has(error.code))) return super.openFailure(error);
    this.#openFault = { status: 422, code: 'BAD_OFFER', detail: errorText(error) };
    return { by: 'refused', code: 'bad-offer' };
  }

  #respond(): void {
    const { offer, agreement, deps } = this.#setup;
    const { open } = this;
    if (open === undefined) return;
    const sdp = writeAnswer(offer, agreement, { peer: open.answer, sessionId: String(Math.floor(deps.clock.wallMs())) });
    this.#outcome.resolve({ kind: 'answered', sdp, etag: this.#ice.etag });
    open.onPeerEvent((event) => this.guarded(() => this.#peerEvent(event)));
  }

  #peerEvent(event: PeerEvent): void {
    switch (event.kind) {
      case 'state':
        return this.#peerState(event);
      case 'channel-open':
        this.handle({ kind: 'channel-open' });
        return this.#send(this.#talk.channelOpen());
      case 'text':
        return this.#received(event.text);
      case 'ice-restarted':
        return this.#restart?.resolve(event.ice);
      case 'remote':
        return this.log.debug({ address: event.address }, 'browser sends from another address');
      default:
        return unreachable(event);
    }
  }

  #peerState({ state, detail }: Extract<PeerEvent, { kind: 'state' }>): void {
    if (state === 'ice-connected') return;
    if (state === 'connected') return this.handle({ kind: 'connected' });
    this.log.debug({ state, detail }, 'browser connection ended');
    this.handle({ kind: 'peer-ended', how: state });
  }

  #received(text: string): void {
    const { command, send } = this.#talk.received(this.nowMs(), text);
    this.#send(send);
    if (command?.kind === 'hangup') this.hangUp();
    // Before the conversation begins nobody is there to take it.
    else if (command !== undefined && this.isAnswered && this.#state.endReason === undefined) this.open?.inject(command.event);
  }

  /** A browser's silence does not end the call: its checks tell whether it is there. */
  protected override mediaEvent(event: LegMediaEvent): void {
    this.#send(this.#talk.media(event));
  }

  #send(texts: readonly string[]): void {
    for (const text of texts) this.open?.tell({ kind: 'send-text', text });
  }

  protected override released(): void {
    this.#stopObserving();
    if (this.#talk.dropped > 0) this.log.info({ count: this.#talk.dropped }, 'messages of the page were not carried out');
    this.#setup.onReleased();
  }
}

const BAD_OFFERS: ReadonlySet<string> = new Set(['DTLS_ROLE', 'ICE_BOTH_LITE']);
const OVER: Refusal = { status: 404, code: 'NO_SUCH_CALL', detail: 'This call has ended.' };
const RESTART_FAILED: Refusal = {
  status: 503,
  code: 'RESTART_FAILED',
  detail: 'The ICE restart was not taken up in time; the call goes on as it was. Try again.',
  retryAfterS: 1,
};
/** The transport only makes new credentials and looks for addresses. */
const RESTART_MS = 3_000;
