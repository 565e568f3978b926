import type { CallFacts } from '#domain/call';
import type { CallLeg } from '#domain/call-leg';
import { unreachable } from '#domain/assert';
import type { EndReason } from '#domain/end-reason';
import { AppError, errorText } from '#domain/errors';
import type { LegMedia, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import { readInfoDigit } from '../dtmf-info.ts';
import type { Log, SipGatewayDeps } from '../gateway-deps.ts';
import { LegMediaTap } from '../leg-media-tap.ts';
import { LegState } from '../leg-state.ts';
import type { LegAction, LegInput } from '../leg-state.ts';
import { LocalSession } from '../local-session.ts';
import type { OpenLeg } from '../media-port.ts';
import type { Negotiated } from '../sdp-answer.ts';
import type { RemoteSdp } from '../sdp-offer.ts';
import { byeReasonHeader, reasonOfServerBye, refusalOf } from '../sip-status.ts';
import { ALLOW, answerHeaders, sendCapabilities, sendRefusal } from './replies.ts';
import { Renegotiation } from './renegotiation.ts';
import type { InDialogMethod, SrfDialog, SrfLike, SrfRequest, SrfResponse } from './srf.ts';

export interface SipLegSetup {
  readonly facts: CallFacts;
  readonly req: SrfRequest;
  readonly res: SrfResponse;
  readonly srf: SrfLike;
  readonly deps: SipGatewayDeps;
  readonly log: Log;
  readonly ringMs: Ms;
  /** Our address as this caller sees it, for SDP. */
  readonly address: string;
  /** Absent: the server makes its own. */
  readonly contact: string | undefined;
  /** The offer of the INVITE with what was chosen from it; absent when the INVITE had none. */
  readonly offer: { readonly sdp: RemoteSdp; readonly session: Negotiated } | undefined;
  /** Called once, when nothing of the leg is left: media closed, BYE answered or not needed. */
  readonly onGone: (leg: SipLeg) => void;
  /** Called once, when the call has ended and its media are closed. */
  readonly onReleased: () => void;
}

/** One dialog of drachtio-srf with its media: performs what `LegState` decides. */
export class SipLeg implements CallLeg {
  readonly facts: CallFacts;
  readonly arrivedAtMs: Ms;
  readonly ended: Promise<{ readonly reason: EndReason; readonly stats?: LegMediaStats }>;
  readonly #setup: SipLegSetup;
  readonly #state: LegState;
  readonly #abort = new AbortController();
  readonly #settled = Promise.withResolvers<{ reason: EndReason; stats?: LegMediaStats }>();
  readonly #renegotiation: Renegotiation;
  #answeredAtMs: Ms | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dialog: SrfDialog | undefined;
  #local: LocalSession | undefined;
  #open: OpenLeg | undefined;
  #tap: LegMediaTap | undefined;
  #opening: Promise<void> = Promise.resolve();
  #closing: Promise<LegMediaStats | undefined> | undefined;
  #byePending = false;
  #released = false;
  #gone = false;

  constructor(setup: SipLegSetup) {
    this.#setup = setup;
    this.facts = setup.facts;
    this.arrivedAtMs = setup.deps.clock.nowMs();
    this.ended = this.#settled.promise;
    this.#state = new LegState({ ringMs: setup.ringMs, answerIn: setup.offer === undefined ? 'in-ack' : 'invite' });
    this.#renegotiation = new Renegotiation({
      local: () => this.#local,
      update: (session) => this.#applySession(session),
      contact: () => this.#dialog?.local.contact,
      signallingAddress: setup.req.source_address,
      log: setup.log,
    });
    setup.req.on('cancel', () => {
      this.#handle({ kind: 'cancelled' });
    });
  }

  get media(): LegMedia {
    if (this.#tap === undefined) throw new AppError('NO_MEDIA', 'The leg has no media before it is answered');
    return this.#tap;
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
  async endNow(reason: EndReason): Promise<void> {
    this.#handle({ kind: 'end', reason });
    this.#handle({ kind: 'abandon-dialog' });
    await this.ended;
  }

  controlLost(): void {
    this.#handle({ kind: 'control-lost' });
    this.#byePending = false;
    this.#dropDialog();
    this.#checkGone();
  }

  #handle(input: LegInput): void {
    const { clock, log } = { clock: this.#setup.deps.clock, log: this.#setup.log };
    let actions: readonly LegAction[];
    try {
      actions = this.#state.handle(clock.nowMs(), input);
    } catch (error) {
      log.error({ error: errorText(error), input: input.kind }, 'sip leg broke an invariant');
      actions = this.#state.handle(clock.nowMs(), { kind: 'end', reason: internalError(error) });
    }
    for (const action of actions) {
      try {
        this.#perform(action);
      } catch (error) {
        log.error({ error: errorText(error), action: action.kind }, 'sip leg action failed');
        if (action.kind !== 'ended') this.#handle({ kind: 'end', reason: internalError(error) });
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
    this.#timer = setTimeout(() => {
      this.#handle({ kind: 'wake' });
    }, waitMs);
  }

  #perform(action: LegAction): void {
    switch (action.kind) {
      case 'ring':
        this.#setup.res.send(180, { headers: { Allow: ALLOW } });
        this.#setup.deps.intake.ringing(this.facts, this.signal);
        break;
      case 'open-media':
        this.#opening = this.#openMedia();
        break;
      case 'accept':
        this.#accept();
        break;
      case 'refuse':
        if (!this.#setup.res.finalResponseSent) sendRefusal(this.#setup.res, refusalOf(action.reason));
        break;
      case 'bye':
        this.#sendBye(action.reason);
        break;
      case 'close-media':
        this.#closing = this.#open?.close();
        break;
      case 'answered':
        this.#answeredAtMs = this.#setup.deps.clock.nowMs();
        this.#setup.deps.intake.answered(this);
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
    const { deps, facts, req, offer, address } = this.#setup;
    const session = offer?.session ?? UNKNOWN_SESSION;
    try {
      const open = await deps.media.openLeg({ legId: facts.legId, signallingAddress: req.source_address, ...mediaOf(session) });
      this.#open = open;
      this.#tap = new LegMediaTap(
        open,
        (event) => {
          this.#mediaEvent(event);
        },
        (error) => {
          this.#failed(error);
        },
      );
      const sessionId = String(Math.floor(deps.clock.wallMs()));
      this.#local = new LocalSession({ address, port: open.localPort, rtcpPort: open.localRtcpPort, sessionId });
      if (offer !== undefined) this.#renegotiation.current(session);
    } catch (error) {
      const noPorts = error instanceof AppError && error.code === 'NO_PORTS';
      this.#setup.log.warn({ error: errorText(error) }, 'media could not be opened');
      this.#handle({ kind: 'media-failed', reason: noPorts ? { by: 'system', code: 'no-ports' } : internalError(error) });
      return;
    }
    this.#handle({ kind: 'media-opened' });
  }

  #accept(): void {
    const { srf, req, res, contact, offer } = this.#setup;
    const localSdp = offer === undefined ? this.#local?.offer() : this.#local?.answer(offer.sdp, offer.session);
    srf.createUAS(req, res, { localSdp: localSdp ?? '', headers: answerHeaders(contact, true) }, (error, dialog) => {
      if (dialog === undefined) {
        this.#setup.log.debug({ error: errorText(error) }, '200 was not sent');
        this.#handle({ kind: 'accept-failed' });
        return;
      }
      this.#watchDialog(dialog);
      this.#handle({ kind: 'accepted' });
    });
  }

  #watchDialog(dialog: SrfDialog): void {
    this.#dialog = dialog;
    // srf calls these from bare event-loop turns: what they throw would end the process.
    const on = (event: InDialogMethod | 'ack', handle: (req: SrfRequest, res: SrfResponse) => void): void => {
      dialog.on(event as InDialogMethod, (req, res) => {
        try {
          handle(req, res);
        } catch (error) {
          this.#failed(error);
        }
      });
    };
    dialog.on('destroy', (message, text) => {
      const reason: EndReason = message.source === 'application' ? reasonOfServerBye(text) : { by: 'caller', code: 'hangup' };
      this.#handle({ kind: 'bye', reason });
    });
    on('ack', (req) => {
      this.#acked(req);
    });
    on('modify', (req, res) => {
      this.#renegotiation.reinvite(req, res);
    });
    on('update', (req, res) => {
      this.#renegotiation.update(req, res);
    });
    on('info', (req, res) => {
      this.#info(req, res);
    });
    on('options', (_req, res) => {
      sendCapabilities(res);
    });
    for (const method of ['refer', 'message', 'publish'] as const) {
      on(method, (_req, res) => {
        sendRefusal(res, { status: 405 });
      });
    }
    // Nothing was subscribed to: RFC 6665 section 4.1.3.
    on('notify', (_req, res) => {
      sendRefusal(res, { status: 481 });
    });
    if (this.#setup.offer === undefined) this.#renegotiation.offered();
  }

  /** A defect of ours ends this call and no other. */
  #failed(error: unknown): void {
    this.#setup.log.error({ error: errorText(error) }, 'sip leg failed');
    this.#handle({ kind: 'end', reason: internalError(error) });
  }

  #acked(req: SrfRequest): void {
    const verdict = this.#renegotiation.acked(req);
    if (verdict === 'good') this.#handle({ kind: 'acked', answer: 'good' });
    else if (this.#answeredAtMs === undefined) this.#handle({ kind: 'acked', answer: verdict });
    else this.#handle({ kind: 'end', reason: { by: 'network', code: 'rejected-by-peer' } });
  }

  #applySession(session: Partial<Negotiated>): void {
    this.#open?.update(mediaOf(session));
  }

  #info(req: SrfRequest, res: SrfResponse): void {
    const digit = readInfoDigit(req.get('Content-Type') ?? '', req.body ?? '');
    if (digit === undefined) {
      if ((req.body ?? '') === '') res.send(200);
      else sendRefusal(res, { status: 415 });
      return;
    }
    if (digit === 'bad') {
      sendRefusal(res, { status: 400 });
      return;
    }
    res.send(200);
    this.#tap?.inject({ kind: 'dtmf', digit: digit.digit, durationMs: digit.durationMs, atMs: this.#setup.deps.clock.nowMs() });
  }

  /** Media that are gone end the call, whoever else listens. */
  #mediaEvent(event: LegMediaEvent): void {
    if (event.kind === 'media-timeout') this.#handle({ kind: 'end', reason: { by: 'network', code: 'media-timeout' } });
    if (event.kind === 'media-lost') {
      this.#handle({ kind: 'end', reason: { by: 'system', code: 'media-worker-died', detail: event.detail } });
    }
  }

  #sendBye(reason: EndReason): void {
    if (this.#dialog === undefined) return;
    this.#byePending = true;
    this.#dialog.destroy({ headers: { Reason: byeReasonHeader(reason) } }, () => {
      this.#byePending = false;
      this.#checkGone();
    });
  }

  /** A dialog whose connection has died would stay in srf's table for ever. */
  #dropDialog(): void {
    if (this.#dialog === undefined) return;
    this.#dialog.removeAllListeners();
    this.#setup.srf.removeDialog(this.#dialog);
  }

  async #finish(reason: EndReason, wasAnswered: boolean): Promise<void> {
    // The close action may follow the ended action, or the opening may still be under way.
    await this.#opening;
    let stats: LegMediaStats | undefined;
    try {
      stats = await this.#closing;
    } catch (error) {
      this.#setup.log.error({ error: errorText(error) }, 'media could not be closed');
    }
    this.#released = true;
    this.#setup.onReleased();
    if (!wasAnswered) {
      try {
        this.#setup.deps.intake.abandoned(this.facts, reason);
      } catch (error) {
        this.#setup.log.error({ error: errorText(error) }, 'call intake failed');
      }
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

function mediaOf<S extends Partial<Negotiated>>(session: S): Omit<S, 'lineIndex'> {
  const { lineIndex: _lineIndex, ...media } = session;
  return media;
}

function internalError(error: unknown): EndReason {
  return { by: 'system', code: 'internal-error', detail: errorText(error).slice(0, 200) };
}

/** Before an answer to our own offer: nothing is sent, and silence is no fault. */
const UNKNOWN_SESSION: Negotiated = {
  lineIndex: 0,
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  telephoneEventPayloadType: 101,
  direction: 'sendrecv',
  held: true,
};
