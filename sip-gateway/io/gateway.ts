import { networkInterfaces } from 'node:os';
import type { CallFacts } from '#domain/call';
import type { RefusalReason } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { errorText } from '#domain/errors';
import { ms } from '#domain/units';
import { bindLog } from '#kit/log';
import { Admission } from '../admission.ts';
import { advertisedAddress, dialableHosts, mediaAddress } from '../advertised-address.ts';
import type { LocalAddress } from '../advertised-address.ts';
import type { SipGatewayDeps } from '../gateway-deps.ts';
import { hostPort, uriHost } from '#kit/ip/ip-address';
import type { SipOptions } from '../options.ts';
import { chooseSessionTimer } from '../session-timer.ts';
import type { SessionTimer } from '../session-timer.ts';
import { refusalOf } from '../sip-status.ts';
import { ControlConnection } from './control-connection.ts';
import { canFormDialog, factsOf, readOffer } from './invite.ts';
import type { Offer } from './invite.ts';
import { sendCapabilities, sendRefusal, unsupportedExtensions } from './replies.ts';
import { SipLeg } from './sip-leg.ts';
import { Lines, type AccountState, type TrunkStatus } from './lines.ts';
import { createSrf } from './srf.ts';
import type { SrfLike, SrfRequest, SrfResponse } from './srf.ts';

/** The running gateway. */
export interface SipGateway {
  /** Whether calls can arrive now: the control connection is up and nothing drains. */
  readonly ready: boolean;
  /** What can be dialled, `host:port`, the best first. */
  readonly addresses: readonly string[];
  /** How the registration of each of `sip.accounts` stands. */
  readonly accounts: readonly AccountState[];
  readonly trunks: readonly TrunkStatus[];
  /** Whether an exchange is there that brings many people's calls: a registrar of ours, or a trunk. */
  knows(address: string): boolean;
  /** Calls that ring or run. */
  activeCalls(): number;
  /** New calls get 503 from now on. */
  drain(): void;
  /** Ends all calls (`operator/shutdown`) and leaves. Idempotent. */
  close(): Promise<void>;
}

/** Connects to the SIP server; resolves once calls can arrive, rejects with an `AppError` if they cannot. */
export async function startSipGateway(options: SipOptions, deps: SipGatewayDeps): Promise<SipGateway> {
  const gateway = new Gateway(options, deps);
  await gateway.open();
  return gateway;
}

class Gateway implements SipGateway {
  readonly #options: SipOptions;
  readonly #deps: SipGatewayDeps;
  readonly #admission: Admission;
  readonly #srf: SrfLike = createSrf();
  readonly #control: ControlConnection;
  readonly #lines: Lines;
  readonly #legs = new Set<SipLeg>();
  #closed: Promise<void> | undefined;
  #locals: readonly LocalAddress[] = [];
  #localsUntilMs = -Infinity;
  #warnedOfReadableKeys = false;

  constructor(options: SipOptions, deps: SipGatewayDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#admission = new Admission({ allow: options.allow, maxCalls: deps.limits.calls });
    this.#lines = new Lines(options.accounts, options.trunks, {
      srf: this.#srf,
      clock: deps.clock,
      randomId: deps.randomId,
      passwords: deps.accountPasswords ?? new Map(),
      log: deps.log,
    });
    this.#control = new ControlConnection(this.#srf, {
      ...deps.control,
      enablePing: options.backend === 'drachtio',
      connectTimeoutMs: options.connectTimeoutMs,
      log: deps.log,
      onLost: (socket) => {
        this.#controlLost(socket);
      },
    });
  }

  get ready(): boolean {
    return this.#control.connected && !this.#admission.draining;
  }

  get addresses(): readonly string[] {
    // A daemon knows best where it listens; the embedded server listens where we told it to.
    const hostPorts = this.#control.hostPorts.map((entry) => entry.replace(/^\w+\//, ''));
    if (this.#options.backend === 'drachtio') return [...new Set(hostPorts)];
    const { port, parameter } = bestListener(this.#control.hostPorts, this.#options.port);
    return dialableHosts(this.#options, this.#localAddresses()).map((host) => `${hostPort(host, port)}${parameter}`);
  }

  get accounts(): readonly AccountState[] {
    return this.#lines.accounts;
  }

  get trunks(): readonly TrunkStatus[] {
    return this.#lines.trunks;
  }

  knows(address: string): boolean {
    return this.#lines.knows(address);
  }

  activeCalls(): number {
    return this.#admission.activeCalls;
  }

  drain(): void {
    this.#admission.drain();
    void this.#lines.close();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async open(): Promise<void> {
    this.#on('invite', (req, res) => {
      this.#invite(req, res);
    });
    this.#on('options', (req, res) => {
      this.#capabilities(req, res);
    });
    this.#on('notify', (req, res) => {
      this.#notify(req, res);
    });
    for (const method of UNSUPPORTED_METHODS) {
      this.#on(method, (_req, res) => {
        sendRefusal(res, { status: 405 });
      });
    }
    await this.#control.open();
    this.#lines.open();
  }

  /** Whatever goes wrong with one request stays with it. */
  #on(method: string, handle: (req: SrfRequest, res: SrfResponse) => void): void {
    this.#srf.use(method, (req, res) => {
      try {
        handle(req, res);
      } catch (error) {
        this.#deps.log.error({ error: errorText(error), method: req.method }, 'sip request could not be handled');
        if (!res.finalResponseSent) res.send(500);
      }
    });
  }

  #capabilities(req: SrfRequest, res: SrfResponse): void {
    if (!this.#mayAsk(req)) sendRefusal(res, refusalOf({ by: 'refused', code: 'not-allowed' }));
    else if (this.#admission.draining) sendRefusal(res, refusalOf({ by: 'refused', code: 'shutting-down' }));
    else sendCapabilities(res);
  }

  /** Voicemail that nobody here has (RFC 3842): exchanges tell of it unasked. Of all else there is no subscription; RFC 6665 section 4.1.3. */
  #notify(req: SrfRequest, res: SrfResponse): void {
    const isOfVoicemail = /^\s*message-summary\s*(?:;|$)/i.test(req.get('Event') ?? req.get('o') ?? '');
    if (!this.#mayAsk(req)) sendRefusal(res, refusalOf({ by: 'refused', code: 'not-allowed' }));
    else if (isOfVoicemail) res.send(200);
    else sendRefusal(res, { status: 481 });
  }

  #mayAsk(req: SrfRequest): boolean {
    return this.#admission.isAllowed(req.source_address) || this.#lines.knows(req.source_address) || this.#lines.of(req) !== undefined;
  }

  #invite(req: SrfRequest, res: SrfResponse): void {
    if (!canFormDialog(req)) return sendRefusal(res, { status: 400 });
    // Belongs to a dialog that has just ended.
    if (!req.isNewInvite) return sendRefusal(res, { status: 481 });
    const line = this.#lines.of(req);
    const facts = { ...factsOf(req, { callId: this.#deps.randomId(), legId: this.#deps.randomId() }), ...line };
    const refused = this.#admission.enter(req.source_address, line !== undefined);
    if (refused !== undefined) {
      this.#report(facts, refused);
      return sendRefusal(res, refusalOf(refused));
    }
    let started = false;
    try {
      started = this.#admitted(req, res, facts);
    } finally {
      if (!started) this.#admission.release();
    }
  }

  /** Returns whether a leg was started, which then gives the place back itself. */
  #admitted(req: SrfRequest, res: SrfResponse, facts: CallFacts): boolean {
    const missing = unsupportedExtensions(req.get('Require'));
    if (missing.length > 0) {
      res.send(420, { headers: { Unsupported: missing.join(', ') } });
      this.#report(facts, { by: 'refused', code: 'bad-offer' });
      return false;
    }
    const verdict = this.#deps.intake.admit(facts);
    if (verdict.kind === 'refuse') {
      sendRefusal(res, refusalOf(verdict.reason));
      return false;
    }
    const timer = this.#sessionTimer(req);
    if (timer.kind === 'too-small') {
      res.send(422, { headers: timer.headers });
      this.#report(facts, { by: 'refused', code: 'bad-offer' });
      return false;
    }
    const reading = readOffer(req, this.#options.codecs, this.#options.srtp);
    if (reading.kind === 'refused') {
      sendRefusal(res, reading.refusal);
      this.#report(facts, reading.reason);
      return false;
    }
    this.#startLeg(req, res, facts, reading.offer);
    return true;
  }

  #startLeg(req: SrfRequest, res: SrfResponse, facts: CallFacts, offer: Offer | undefined): void {
    if (offer?.session.crypto !== undefined) this.#warnOfReadableKeys(req.protocol);
    const peer = { signalling: req.source_address, sdp: offer?.session.remote?.address };
    const leg = new SipLeg({
      facts,
      req,
      res,
      srf: this.#srf,
      deps: this.#deps,
      log: bindLog(this.#deps.log, { callId: facts.callId, legId: facts.legId }),
      ringMs: ms(this.#options.ringMs),
      ackMs: ms(this.#options.ackMs),
      address: mediaAddress(this.#options, peer, this.#localAddresses()),
      contact: this.#contactFor(req, facts),
      offer,
      codecs: this.#options.codecs,
      srtp: this.#options.srtp,
      sessionTimer: (refresh) => this.#sessionTimer(refresh),
      onReleased: () => {
        this.#admission.release();
      },
      onGone: (gone) => {
        this.#legs.delete(gone);
      },
    });
    this.#legs.add(leg);
    leg.start();
  }

  /** Keys in a description are as secret as its way here. Still better than none: who listens to the media alone hears nothing. */
  #warnOfReadableKeys(transport: string): void {
    if (this.#warnedOfReadableKeys || transport === 'tls' || transport === 'wss') return;
    this.#warnedOfReadableKeys = true;
    this.#deps.log.warn({ transport }, 'keys of encrypted audio come over signalling that is not encrypted; use sip.transports tls');
  }

  /** A daemon may live elsewhere and makes its own Contact. */
  #contactFor(req: SrfRequest, facts: CallFacts): string | undefined {
    if (this.#options.backend === 'drachtio') return undefined;
    const address = advertisedAddress(this.#options, req.source_address, this.#localAddresses());
    const port = /:(\d{1,5})$/.exec(req.receivedOn ?? '')?.[1] ?? String(this.#options.port);
    const user = /^[A-Za-z0-9._~!*'()+-]{1,64}$/.test(facts.toUser) ? `${facts.toUser}@` : '';
    // A URI says `ws` for both kinds of WebSocket: RFC 7118 section 5.4.
    const transport = req.protocol === 'wss' ? 'ws' : req.protocol;
    const parameter = transport === 'udp' || transport === '' ? '' : `;transport=${transport}`;
    return `<sip:${user}${uriHost(address)}:${port}${parameter}>`;
  }

  /** A daemon keeps session timers by itself. */
  #sessionTimer(req: SrfRequest): SessionTimer {
    if (this.#options.backend === 'drachtio') return { kind: 'none' };
    return chooseSessionTimer({
      sessionExpires: req.get('Session-Expires') ?? req.get('x'),
      supported: req.get('Supported'),
      require: req.get('Require'),
    });
  }

  #report(facts: CallFacts, reason: RefusalReason): void {
    this.#deps.onRefused(facts, reason);
  }

  #controlLost(socket: unknown): void {
    for (const leg of this.#legs) {
      if (socket === undefined || leg.controlSocket === socket) leg.controlLost();
    }
  }

  /** Interfaces come and go (Wi-Fi, VPN), but asking the system for every call would cost more than the rest of its set-up. */
  #localAddresses(): readonly LocalAddress[] {
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs < this.#localsUntilMs) return this.#locals;
    this.#localsUntilMs = nowMs + INTERFACES_FRESH_MS;
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    this.#locals = all.map(({ address, cidr, internal }) => ({ address, cidr: cidr ?? undefined, internal }));
    return this.#locals;
  }

  async #close(): Promise<void> {
    this.drain();
    const reason: EndReason = { by: 'operator', code: 'shutdown' };
    for (const leg of this.#legs) leg.endNow(reason);
    await Promise.all([this.#legsGone(), this.#lines.close()]);
    this.#control.close();
  }

  /** Media closed and BYEs answered, within the time that a BYE and its first repetition (T1, 500 ms) need. */
  async #legsGone(): Promise<void> {
    const deadlineMs = this.#deps.clock.nowMs() + GONE_WAIT_MS;
    while (this.#legs.size > 0 && this.#deps.clock.nowMs() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, GONE_POLL_MS));
    }
  }
}

/** What a telephone is told to dial: by UDP or TCP where that is possible, else with the transport that it has to take. */
function bestListener(hostPorts: readonly string[], usualPort: number): { readonly port: number; readonly parameter: string } {
  const found = hostPorts.map((entry) => /^(\w+)\/.*:(\d+)$/.exec(entry)).filter((match) => match !== null);
  const best = found.find(([, transport]) => transport === 'udp' || transport === 'tcp') ?? found[0];
  if (best === undefined) return { port: usualPort, parameter: '' };
  const [, transport = '', port] = best;
  const isPlain = transport === 'udp' || transport === 'tcp';
  return { port: Number(port), parameter: isPlain ? '' : `;transport=${transport === 'wss' ? 'ws' : transport}` };
}

/** Routed only to be refused with an `Allow`; RFC 3261 section 21.4.6. */
const UNSUPPORTED_METHODS = ['register', 'message', 'subscribe', 'publish', 'refer', 'info'] as const;
const INTERFACES_FRESH_MS = 10_000;
const GONE_WAIT_MS = 1_200;
const GONE_POLL_MS = 10;
