import { unreachable } from '#domain/assert';
import type { CallFacts } from '#domain/call';
import type { EndReason } from '#domain/end-reason';
import { errorText } from '#domain/errors';
import type { LegMediaEvent } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import { LegShell } from '#kit/io/leg-shell';
import type { Log } from '#kit/log';
import type { AudioCodec, OpenLeg } from '#media';
import type { SipGatewayDeps } from '../gateway-deps.ts';
import { LegState } from '../leg-state.ts';
import type { LegAction, LegInput } from '../leg-state.ts';
import type { SrtpPolicy } from '../sdp/crypto.ts';
import type { SessionTimer } from '../session-timer.ts';
import { byeReasonHeader, reasonOfServerBye, refusalOf } from '../sip-status.ts';
import { listenToDialog } from './in-dialog.ts';
import type { Offer } from './invite.ts';
import { LegSession } from './leg-session.ts';
import { Renegotiation } from './renegotiation.ts';
import { ALLOW, answerHeaders, sendRefusal } from './replies.ts';
import type { SrfDialog, SrfLike, SrfRequest, SrfResponse } from './srf.ts';

export interface SipLegSetup {
  readonly facts: CallFacts;
  readonly req: SrfRequest;
  readonly res: SrfResponse;
  readonly srf: SrfLike;
  readonly deps: SipGatewayDeps;
  readonly log: Log;
  readonly ringMs: Ms;
  readonly ackMs: Ms;
  /** Our address as this caller sees it, for SDP. */
  readonly address: string;
  /** Absent: the server makes its own. */
  readonly contact: string | undefined;
  readonly offer: Offer | undefined;
  /** What may be spoken, in our order. */
  readonly codecs: readonly AudioCodec[];
  readonly srtp: SrtpPolicy;
  /** Decides about session timers, for the INVITE and for every refresh. */
  readonly sessionTimer: (req: SrfRequest) => SessionTimer;
  /** Called once, when the call has ended and its media are closed. */
  readonly onReleased: () => void;
  /** Called once, when nothing of the leg is left: BYE answered or not needed, too. */
  readonly onGone: (leg: SipLeg) => void;
}

/** One dialog of drachtio-srf with its media: performs what `LegState` decides. */
export class SipLeg extends LegShell<LegInput, LegAction, OpenLeg> {
  readonly #setup: SipLegSetup;
  readonly #state: LegState;
  readonly #session: LegSession;
  readonly #renegotiation: Renegotiation;
  #dialog: SrfDialog | undefined;
  #byePending = false;
  #released = false;
  #gone = false;

  constructor(setup: SipLegSetup) {
    const { facts, req, deps, offer } = setup;
    const state = new LegState({ ringMs: setup.ringMs, ackMs: setup.ackMs });
    super({ facts, core: state, clock: deps.clock, intake: deps.intake, log: setup.log });
    this.#setup = setup;
    this.#state = state;
    this.#session = new LegSession({
      legId: facts.legId,
      media: deps.media,
      offer,
      address: setup.address,
      signallingAddress: req.source_address,
      codecs: setup.codecs,
      srtp: setup.srtp,
      sessionId: String(Math.floor(deps.clock.wallMs())),
    });
    this.#renegotiation = new Renegotiation(offer?.session, {
      local: () => this.#session.local,
      update: (change) => this.#session.update(change),
      contact: () => this.#dialog?.local.contact,
      sessionTimer: setup.sessionTimer,
      refreshed: (timer) => this.#refreshed(timer),
      signallingAddress: req.source_address,
      codecs: setup.codecs,
      srtp: setup.srtp,
      log: setup.log,
    });
    req.on('cancel', () => this.handle({ kind: 'cancelled' }));
  }

  /** The control connection that this leg lives on. */
  get controlSocket(): unknown {
    return this.#setup.req.socket;
  }

  start(): void {
    this.handle({ kind: 'admitted' });
  }

  /** Ends without waiting for an ACK: the process stops. */
  endNow(reason: EndReason): void {
    this.handle({ kind: 'end', reason });
    this.handle({ kind: 'abandon-dialog' });
  }

  controlLost(): void {
    this.#byePending = false;
    this.handle({ kind: 'control-lost' });
    if (this.#dialog === undefined) return;
    // It would stay in srf's table for ever.
    this.#dialog.removeAllListeners();
    this.#setup.srf.removeDialog(this.#dialog);
  }

  protected override handle(input: LegInput): void {
    super.handle(input);
    this.#checkGone();
  }

  protected override perform(action: LegAction): void {
    const { res } = this.#setup;
    switch (action.kind) {
      case 'ring':
        res.send(180, { headers: { Allow: ALLOW } });
        this.ringing();
        break;
      case 'accept':
        this.#accept();
        break;
      case 'refuse':
        if (!res.finalResponseSent) sendRefusal(res, refusalOf(action.reason));
        break;
      case 'bye':
        this.#sendBye(action.reason);
        break;
      case 'open-media':
      case 'close-media':
      case 'answered':
      case 'ended':
        this.performCommon(action);
        break;
      default:
        unreachable(action);
    }
  }

  protected override openMedia(): Promise<OpenLeg> {
    return this.#session.open();
  }

  #accept(): void {
    const { srf, req, res, contact } = this.#setup;
    const timer = this.#setup.sessionTimer(req);
    const headers = { ...answerHeaders(contact, true), ...(timer.kind === 'timed' ? timer.headers : {}) };
    const description = this.#session.firstDescription();
    srf.createUAS(req, res, { localSdp: description.text, headers }, (error, dialog) => {
      if (dialog === undefined) {
        this.log.debug({ error: errorText(error) }, 'the 200 response could not be sent');
        this.handle({ kind: 'accept-failed' });
        return;
      }
      this.#listen(dialog);
      description.sent();
      if ('offer' in description) this.#renegotiation.offered(description.offer, req);
      this.handle({ kind: 'accepted' });
      this.#refreshed(timer);
    });
  }

  #listen(dialog: SrfDialog): void {
    this.#dialog = dialog;
    listenToDialog(dialog, {
      ack: (req) => this.#acked(req),
      reinvite: (req, res) => this.#renegotiation.reinvite(req, res),
      update: (req, res) => this.#renegotiation.update(req, res),
      digit: ({ digit, durationMs }) => this.open?.inject({ kind: 'dtmf', digit, durationMs, atMs: this.nowMs() }),
      bye: (serverText) =>
        this.handle({ kind: 'bye', reason: serverText === undefined ? { by: 'caller', code: 'hangup' } : reasonOfServerBye(serverText) }),
      failed: (error) => this.failed(error),
    });
  }

  #acked(req: SrfRequest): void {
    const verdict = this.#renegotiation.acked(req);
    if (verdict === 'good') {
      this.handle({ kind: 'acked', answer: 'good' });
      this.#setup.deps.intake.established(this.facts.callId);
    } else if (!this.isAnswered) this.handle({ kind: 'acked', answer: verdict });
    else this.handle({ kind: 'end', reason: { by: 'network', code: 'rejected-by-peer' } });
  }

  /** The caller gave a sign of life, and says whether it will again. */
  #refreshed(timer: SessionTimer): void {
    if (timer.kind === 'too-small') return;
    this.handle({ kind: 'session-timer', giveUpMs: timer.kind === 'timed' ? timer.giveUpMs : undefined });
  }

  protected override mediaEvent(event: LegMediaEvent): void {
    if (event.kind === 'media-timeout') this.handle({ kind: 'end', reason: { by: 'network', code: 'media-timeout' } });
  }

  #sendBye(reason: EndReason): void {
    if (this.#dialog === undefined) return;
    this.#byePending = true;
    this.#dialog.destroy({ headers: { Reason: byeReasonHeader(reason) } }, () => {
      this.#byePending = false;
      this.#checkGone();
    });
  }

  protected override released(): void {
    this.#released = true;
    this.#setup.onReleased();
    void this.ended.then(() => this.#checkGone());
  }

  #checkGone(): void {
    if (this.#gone || !this.#released || this.#byePending || this.#state.lingering) return;
    this.#gone = true;
    this.#setup.onGone(this);
  }
}
