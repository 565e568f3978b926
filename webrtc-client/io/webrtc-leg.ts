import { unreachable } from '#domain/assert';
import type { CallFacts } from '#domain/call';
import type { CallLeg } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { AppError, errorText } from '#domain/errors';
import type { LegMedia, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';
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
export class WebRtcLeg implements CallLeg {
  readonly facts: CallFacts;
  readonly arrivedAtMs: Ms;
  readonly ended: Promise<{ readonly reason: EndReason; readonly stats?: LegMediaStats }>;
  readonly #setup: WebRtcLegSetup;
  readonly #state: PeerState;
  readonly #ice: IceSession;
  readonly #talk: PageTalk;
  readonly #abort = new AbortController();
  readonly #settled = Promise.withResolvers<{ reason: EndReason; stats?: LegMediaStats }>();
  readonly #outcome = Promise.withResolvers<OfferOutcome>();
  #answeredAtMs: Ms | undefined;
  #timer: NodeJS.Timeout | undefined;
  #open: OpenPeerLeg | undefined;
  #opening: Promise<void> = Promise.resolve();
  #openFault: Refusal | undefined;
  #closed = Promise.withResolvers<LegMediaStats | undefined>();
  #restart: PromiseWithResolvers<IceParameters | undefined> | undefined;
  #stopObserving: () => void = () => undefined;

  constructor(setup: WebRtcLegSetup) {
    const { facts, deps, network, title, agreement } = setup;
    this.#setup = setup;
    this.facts = facts;
    this.arrivedAtMs = deps.clock.nowMs();
    this.ended = this.#settled.promise;
    this.#state = new PeerState({ connectMs: network.connectMs });
    this.#ice = new IceSession(agreement.transport);
    this.#talk = new PageTalk({ callId: facts.callId, persona: facts.toUser, title });
  }

  get media(): LegMedia {
    if (this.#open === undefined) throw new AppError('NO_MEDIA', 'The leg has no media before it is answered');
    return this.#open;
  }

  get answeredAtMs(): Ms {
    return this.#answeredAtMs ?? this.arrivedAtMs;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Resolves with what the offer is answered with; never rejects. */
  start(): Promise<OfferOutcome> {
    this.#handle({ kind: 'admitted' });
    return this.#outcome.promise;
  }

  async end(reason: EndReason): Promise<void> {
    this.#handle({ kind: 'end', reason });
    await this.ended;
  }

  /** DELETE of the call, or its offer's request broken off. */
  hangUp(): void {
    this.#handle({ kind: 'hangup' });
  }

  async patch(fragment: IceFragment, ifMatch: string | undefined): Promise<PatchOutcome> {
    const open = this.#open;
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

  #handle(input: PeerInput): void {
    const nowMs = this.#setup.deps.clock.nowMs();
    let actions: readonly PeerAction[];
    try {
      actions = this.#state.handle(nowMs, input);
    } catch (error) {
      this.#setup.log.error({ error: errorText(error), input: input.kind }, 'webrtc leg broke an invariant');
      actions = this.#state.handle(nowMs, { kind: 'end', reason: internalError(error) });
    }
    for (const action of actions) {
      try {
        this.#perform(nowMs, action);
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#armTimer();
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    const wakeAtMs = this.#state.wakeAtMs;
    if (wakeAtMs === undefined) return;
    const waitMs = Math.max(0, Math.ceil(wakeAtMs - this.#setup.deps.clock.nowMs()));
    this.#timer = setTimeout(() => this.#handle({ kind: 'wake' }), waitMs);
  }

  #perform(nowMs: Ms, action: PeerAction): void {
    const { deps, facts } = this.#setup;
    switch (action.kind) {
      case 'ring':
        this.#stopObserving = deps.observe(facts.callId, (event) => this.#guarded(() => this.#send(this.#talk.observe(event))));
        deps.intake.ringing(facts, this.signal, (reason) => this.end(reason));
        break;
      case 'open-media':
        this.#opening = this.#openMedia();
        break;
      case 'respond':
        this.#respond();
        break;
      case 'refuse':
        this.#outcome.resolve({ kind: 'refused', refusal: this.#openFault ?? refusalOf(action.reason) });
        break;
      case 'answered':
        this.#answeredAtMs = nowMs;
        deps.intake.answered(this);
        deps.intake.established(facts.callId);
        break;
      case 'say-ended':
        this.#send(this.#talk.end(nowMs, action.reason));
        break;
      case 'ended':
        this.#abort.abort();
        this.#restart?.resolve(undefined);
        void this.#finish(action.reason, action.wasAnswered);
        break;
      case 'close-media':
        this.#closeMedia();
        break;
      default:
        unreachable(action);
    }
  }

  async #openMedia(): Promise<void> {
    const { facts, agreement, network, deps, log } = this.#setup;
    const { transport, sctpPort, localSetup, remoteLite, audio } = agreement;
    try {
      const open = await deps.media.openPeerLeg({
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
      this.#open = open;
      open.own({ event: (event) => this.#guarded(() => this.#mediaEvent(event)), failed: (error) => this.#failed(error) });
    } catch (error) {
      log.warn({ error: errorText(error) }, 'media of a browser call could not be opened');
      const reason = reasonOfFault(error);
      if (reason.by === 'refused') this.#openFault = { status: 422, code: 'BAD_OFFER', detail: errorText(error) };
      this.#handle({ kind: 'media-failed', reason });
      return;
    }
    this.#handle({ kind: 'media-opened' });
    this.#open.onPeerEvent((event) => this.#guarded(() => this.#peerEvent(event)));
  }

  #respond(): void {
    const { offer, agreement, deps } = this.#setup;
    if (this.#open === undefined) return;
    const sdp = writeAnswer(offer, agreement, { peer: this.#open.answer, sessionId: String(Math.floor(deps.clock.wallMs())) });
    this.#outcome.resolve({ kind: 'answered', sdp, etag: this.#ice.etag });
  }

  #peerEvent(event: PeerEvent): void {
    switch (event.kind) {
      case 'state':
        return this.#peerState(event);
      case 'channel-open':
        this.#handle({ kind: 'channel-open' });
        return this.#send(this.#talk.channelOpen());
      case 'text':
        return this.#received(event.text);
      case 'ice-restarted':
        return this.#restart?.resolve(event.ice);
      case 'remote':
        return this.#setup.log.debug({ address: event.address }, 'browser sends from here');
      default:
        return unreachable(event);
    }
  }

  #peerState({ state, detail }: Extract<PeerEvent, { kind: 'state' }>): void {
    if (state === 'ice-connected') return;
    if (state === 'connected') return this.#handle({ kind: 'connected' });
    this.#setup.log.debug({ state, detail }, 'browser connection ended');
    this.#handle({ kind: 'peer-ended', how: state });
  }

  #received(text: string): void {
    const { command, send } = this.#talk.received(this.#setup.deps.clock.nowMs(), text);
    this.#send(send);
    if (command?.kind === 'hangup') this.hangUp();
    // Before the conversation begins nobody is there to take it.
    else if (command !== undefined && this.#answeredAtMs !== undefined && this.#state.endReason === undefined)
      this.#open?.inject(command.event);
  }

  /** Media that are gone end the call, whoever else listens. A browser's silence does not: its checks tell whether it is there. */
  #mediaEvent(event: LegMediaEvent): void {
    if (event.kind === 'media-lost')
      this.#handle({ kind: 'end', reason: { by: 'system', code: 'media-worker-died', detail: event.detail } });
    this.#send(this.#talk.media(event));
  }

  #send(texts: readonly string[]): void {
    for (const text of texts) this.#open?.tell({ kind: 'send-text', text });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A defect of ours ends this call and no other. */
  #failed(error: unknown): void {
    this.#setup.log.error({ error: errorText(error) }, 'webrtc leg failed');
    this.#handle({ kind: 'end', reason: internalError(error) });
  }

  #closeMedia(): void {
    if (this.#open === undefined) return;
    this.#open.close().then(
      (stats) => this.#closed.resolve(stats),
      (error: unknown) => {
        this.#setup.log.error({ error: errorText(error) }, 'media could not be closed');
        this.#closed.resolve(undefined);
      },
    );
  }

  async #finish(reason: EndReason, wasAnswered: boolean): Promise<void> {
    const { log, deps, onReleased } = this.#setup;
    // The opening may still be under way; it closes what it opened.
    await this.#opening;
    const stats = this.#open === undefined ? undefined : await this.#closed.promise;
    clearTimeout(this.#timer);
    this.#stopObserving();
    if (this.#talk.dropped > 0) log.info({ count: this.#talk.dropped }, 'messages of the page were not carried out');
    onReleased();
    try {
      if (!wasAnswered) deps.intake.abandoned(this.facts, reason);
    } catch (error) {
      log.error({ error: errorText(error) }, 'call intake failed');
    }
    this.#settled.resolve(stats === undefined ? { reason } : { reason, stats });
  }
}

/** What the transport says about the offer is the caller's to mend; the rest is ours. */
function reasonOfFault(error: unknown): EndReason {
  const code = error instanceof AppError ? error.code : undefined;
  if (code === 'DTLS_ROLE' || code === 'ICE_BOTH_LITE') return { by: 'refused', code: 'bad-offer' };
  if (code === 'NO_PORTS') return { by: 'system', code: 'no-ports' };
  if (code === 'MEDIA_WORKER_DIED') return { by: 'system', code: 'media-worker-died' };
  return internalError(error);
}

function internalError(error: unknown): EndReason {
  return { by: 'system', code: 'internal-error', detail: errorText(error).slice(0, 200) };
}

const OVER: Refusal = { status: 404, code: 'NO_SUCH_CALL', detail: 'This call has ended.' };
const RESTART_FAILED: Refusal = {
  status: 503,
  code: 'RESTART_FAILED',
  detail: 'The ICE restart was not taken up in time; the call goes on as it was. Try again.',
  retryAfterS: 1,
};
/** The transport only makes new credentials and looks for addresses. */
const RESTART_MS = 3_000;
