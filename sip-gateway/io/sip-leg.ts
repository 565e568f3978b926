import { unreachable } from '#domain/assert';
import type { CallFacts } from '#domain/call';
import type { CallLeg } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { AppError, errorText } from '#domain/errors';
import type { LegMedia, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import type { Log } from '#kit/log';
import type { AudioCodec } from '#media';
import type { SipGatewayDeps } from '../gateway-deps.ts';
import { LegState } from '../leg-state.ts';
import type { LegAction, LegInput } from '../leg-state.ts';
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
  /** Decides about session timers, for the INVITE and for every refresh. */
  readonly sessionTimer: (req: SrfRequest) => SessionTimer;
  /** Called once, when the call has ended and its media are closed. */
  readonly onReleased: () => void;
  /** Called once, when nothing of the leg is left: BYE answered or not needed, too. */
  readonly onGone: (leg: SipLeg) => void;
}

/** One dialog of drachtio-srf with its media: performs what `LegState` decides. */
export class SipLeg implements CallLeg {
  readonly facts: CallFacts;
  readonly arrivedAtMs: Ms;
  readonly ended: Promise<{ readonly reason: EndReason; readonly stats?: LegMediaStats }>;
  readonly #setup: SipLegSetup;
  readonly #state: LegState;
  readonly #session: LegSession;
  readonly #renegotiation: Renegotiation;
  readonly #abort = new AbortController();
  readonly #settled = Promise.withResolvers<{ reason: EndReason; stats?: LegMediaStats }>();
  #answeredAtMs: Ms | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dialog: SrfDialog | undefined;
  #opening: Promise<void> = Promise.resolve();
  #byePending = false;
  #released = false;
  #gone = false;

  constructor(setup: SipLegSetup) {
    const { facts, req, deps, offer } = setup;
    this.#setup = setup;
    this.facts = facts;
    this.arrivedAtMs = deps.clock.nowMs();
    this.ended = this.#settled.promise;
    this.#state = new LegState({ ringMs: setup.ringMs, ackMs: setup.ackMs });
    this.#session = new LegSession({
      legId: facts.legId,
      media: deps.media,
      offer,
      address: setup.address,
      signallingAddress: req.source_address,
      codecs: setup.codecs,
      sessionId: String(Math.floor(deps.clock.wallMs())),
      owner: { event: (event) => this.#mediaEvent(event), failed: (error) => this.#failed(error) },
    });
    this.#renegotiation = new Renegotiation(offer?.session, {
      local: () => this.#session.local,
      update: (change) => this.#session.update(change),
      contact: () => this.#dialog?.local.contact,
      sessionTimer: setup.sessionTimer,
      refreshed: (timer) => this.#refreshed(timer),
      signallingAddress: req.source_address,
      codecs: setup.codecs,
      log: setup.log,
    });
    req.on('cancel', () => this.#handle({ kind: 'cancelled' }));
  }

  get media(): LegMedia {
    return this.#session.media;
  }

  get answeredAtMs(): Ms {
    return this.#answeredAtMs ?? this.arrivedAtMs;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The control connection that this leg lives on. */
  get controlSocket(): unknown {
    return this.#setup.req.socket;
  }

  start(): void {
    this.#handle({ kind: 'admitted' });
  }

  async end(reason: EndReason): Promise<void> {
    this.#handle({ kind: 'end', reason });
    await this.ended;
  }

  /** Ends without waiting for an ACK: the process stops. */
  endNow(reason: EndReason): void {
    this.#handle({ kind: 'end', reason });
    this.#handle({ kind: 'abandon-dialog' });
  }

  controlLost(): void {
    this.#byePending = false;
    this.#handle({ kind: 'control-lost' });
    if (this.#dialog === undefined) return;
    // It would stay in srf's table for ever.
    this.#dialog.removeAllListeners();
    this.#setup.srf.removeDialog(this.#dialog);
  }

  #handle(input: LegInput): void {
    const nowMs = this.#setup.deps.clock.nowMs();
    let actions: readonly LegAction[];
    try {
      actions = this.#state.handle(nowMs, input);
    } catch (error) {
      this.#setup.log.error({ error: errorText(error), input: input.kind }, 'sip leg broke an invariant');
      actions = this.#state.handle(nowMs, { kind: 'end', reason: internalError(error) });
    }
    for (const action of actions) {
      try {
        this.#perform(action);
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#armTimer();
    this.#checkGone();
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    const wakeAtMs = this.#state.wakeAtMs;
    if (wakeAtMs === undefined) return;
    const waitMs = Math.max(0, Math.ceil(wakeAtMs - this.#setup.deps.clock.nowMs()));
    this.#timer = setTimeout(() => this.#handle({ kind: 'wake' }), waitMs);
  }

  #perform(action: LegAction): void {
    const { res, deps } = this.#setup;
    switch (action.kind) {
      case 'ring':
        res.send(180, { headers: { Allow: ALLOW } });
        deps.intake.ringing(this.facts, this.signal, (reason) => this.end(reason));
        break;
      case 'open-media':
        this.#opening = this.#openMedia();
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
      case 'close-media':
        this.#session.close();
        break;
      case 'answered':
        this.#answeredAtMs = deps.clock.nowMs();
        deps.intake.answered(this);
        break;
      case 'ended':
        this.#abort.abort();
        void this.#finish(action.reason, action.wasAnswered);
        break;
      default:
        unreachable(action);
    }
  }

  async #openMedia(): Promise<void> {
    try {
      await this.#session.open();
    } catch (error) {
      const noPorts = error instanceof AppError && error.code === 'NO_PORTS';
      this.#setup.log.warn({ error: errorText(error) }, 'media could not be opened');
      this.#handle({ kind: 'media-failed', reason: noPorts ? { by: 'system', code: 'no-ports' } : internalError(error) });
      return;
    }
    this.#handle({ kind: 'media-opened' });
  }

  #accept(): void {
    const { srf, req, res, contact } = this.#setup;
    const timer = this.#setup.sessionTimer(req);
    const headers = { ...answerHeaders(contact, true), ...(timer.kind === 'timed' ? timer.headers : {}) };
    const description = this.#session.firstDescription();
    srf.createUAS(req, res, { localSdp: description.text, headers }, (error, dialog) => {
      if (dialog === undefined) {
        this.#setup.log.debug({ error: errorText(error) }, '200 was not sent');
        this.#handle({ kind: 'accept-failed' });
        return;
      }
      this.#listen(dialog);
      description.sent();
      if ('offer' in description) this.#renegotiation.offered(description.offer, req);
      this.#handle({ kind: 'accepted' });
      this.#refreshed(timer);
    });
  }

  #listen(dialog: SrfDialog): void {
    this.#dialog = dialog;
    listenToDialog(dialog, {
      ack: (req) => this.#acked(req),
      reinvite: (req, res) => this.#renegotiation.reinvite(req, res),
      update: (req, res) => this.#renegotiation.update(req, res),
      digit: ({ digit, durationMs }) => this.#session.inject({ kind: 'dtmf', digit, durationMs, atMs: this.#setup.deps.clock.nowMs() }),
      bye: (serverText) =>
        this.#handle({ kind: 'bye', reason: serverText === undefined ? { by: 'caller', code: 'hangup' } : reasonOfServerBye(serverText) }),
      failed: (error) => this.#failed(error),
    });
  }

  #acked(req: SrfRequest): void {
    const verdict = this.#renegotiation.acked(req);
    if (verdict === 'good') {
      this.#handle({ kind: 'acked', answer: 'good' });
      this.#setup.deps.intake.established(this.facts.callId);
    } else if (this.#answeredAtMs === undefined) this.#handle({ kind: 'acked', answer: verdict });
    else this.#handle({ kind: 'end', reason: { by: 'network', code: 'rejected-by-peer' } });
  }

  /** The caller gave a sign of life, and says whether it will again. */
  #refreshed(timer: SessionTimer): void {
    if (timer.kind === 'too-small') return;
    this.#handle({ kind: 'session-timer', giveUpMs: timer.kind === 'timed' ? timer.giveUpMs : undefined });
  }

  /** Media that are gone end the call, whoever else listens. */
  #mediaEvent(event: LegMediaEvent): void {
    if (event.kind === 'media-timeout') this.#handle({ kind: 'end', reason: { by: 'network', code: 'media-timeout' } });
    if (event.kind === 'media-lost') {
      this.#handle({ kind: 'end', reason: { by: 'system', code: 'media-worker-died', detail: event.detail } });
    }
  }

  /** A defect of ours ends this call and no other. */
  #failed(error: unknown): void {
    this.#setup.log.error({ error: errorText(error) }, 'sip leg failed');
    this.#handle({ kind: 'end', reason: internalError(error) });
  }

  #sendBye(reason: EndReason): void {
    if (this.#dialog === undefined) return;
    this.#byePending = true;
    this.#dialog.destroy({ headers: { Reason: byeReasonHeader(reason) } }, () => {
      this.#byePending = false;
      this.#checkGone();
    });
  }

  async #finish(reason: EndReason, wasAnswered: boolean): Promise<void> {
    const { log, deps, onReleased } = this.#setup;
    // The close action may follow the ended action, or the opening may still be under way.
    await this.#opening;
    let stats: LegMediaStats | undefined;
    try {
      stats = await this.#session.closed();
    } catch (error) {
      log.error({ error: errorText(error) }, 'media could not be closed');
    }
    this.#released = true;
    onReleased();
    try {
      if (!wasAnswered) deps.intake.abandoned(this.facts, reason);
    } catch (error) {
      log.error({ error: errorText(error) }, 'call intake failed');
    }
    this.#settled.resolve(stats === undefined ? { reason } : { reason, stats });
    this.#checkGone();
  }

  #checkGone(): void {
    if (this.#gone || !this.#released || this.#byePending || this.#state.lingering) return;
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#setup.onGone(this);
  }
}

function internalError(error: unknown): EndReason {
  return { by: 'system', code: 'internal-error', detail: errorText(error).slice(0, 200) };
}
