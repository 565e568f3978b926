import type { FastifyInstance } from 'fastify';
import type { CallFacts } from '#domain/call';
import type { RefusalReason } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { AppError } from '#domain/errors';
import { ms } from '#domain/units';
import { bindLog } from '#kit/log';
import type { PeerNetwork } from '#media';
import { callFacts, type OfferHead } from '../call-facts.ts';
import type { WebRtcGatewayDeps } from '../gateway-deps.ts';
import { iceServers, type IceServer } from '../ice-servers.ts';
import type { WebRtcOptions } from '../options.ts';
import { refusalOf, refusalOfFault, type Refusal } from '../refusal.ts';
import { agree } from '../sdp/agreement.ts';
import type { IceFragment } from '../sdp/fragment.ts';
import { readOffer } from '../sdp/offer.ts';
import type { CallDesk, PatchOutcome, TakenOffer } from './call-desk.ts';
import { turnHmac, unguessable } from './keyed-hash.ts';
import { webrtcRoutes } from './routes.ts';
import { WebRtcLeg } from './webrtc-leg.ts';

/** The running gateway. */
export interface WebRtcGateway {
  /** Adds `/webrtc/...` to the application's HTTP side. */
  routes(app: FastifyInstance): void;
  /** New calls get 503 from now on. */
  drain(): void;
  /** Ends all calls (`operator/shutdown`). Idempotent. */
  close(): Promise<void>;
  /** Calls that connect or run. */
  readonly calls: number;
}

export function createWebRtcGateway(options: WebRtcOptions, deps: WebRtcGatewayDeps): WebRtcGateway {
  return new Gateway(options, deps);
}

class Gateway implements WebRtcGateway, CallDesk {
  readonly #options: WebRtcOptions;
  readonly #deps: WebRtcGatewayDeps;
  readonly #turnHmac: ReturnType<typeof turnHmac>;
  /** By the unguessable name that the caller's requests carry. */
  readonly #legs = new Map<string, WebRtcLeg>();
  /** The last calls that are over: a page says goodbye by DTLS and by HTTP, and either may be quicker. */
  readonly #over = new Set<string>();
  #draining = false;
  #closing: Promise<void> | undefined;

  constructor(options: WebRtcOptions, deps: WebRtcGatewayDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#turnHmac = turnHmac(deps.secrets.turnSecret);
  }

  get calls(): number {
    return this.#legs.size;
  }

  routes(app: FastifyInstance): void {
    webrtcRoutes(app, this.#options, this.#deps, this);
  }

  drain(): void {
    this.#draining = true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  iceServers(): readonly IceServer[] {
    return iceServers(this.#options, this.#deps.clock.wallMs() / 1000, unguessable(6), this.#turnHmac);
  }

  refuse(head: OfferHead, reason: RefusalReason): void {
    this.#deps.onRefused(this.#factsOf(head), reason);
  }

  offer(head: OfferHead, sdp: string): TakenOffer | { readonly refusal: Refusal } {
    const facts = this.#factsOf(head);
    if (this.#draining) return this.#refused(facts, { by: 'refused', code: 'shutting-down' });
    if (this.#legs.size >= this.#options.maxCalls) return this.#refused(facts, { by: 'refused', code: 'too-many-calls' });
    const verdict = this.#deps.intake.admit(facts);
    if (verdict.kind === 'refuse') return { refusal: refusalOf(verdict.reason) };
    try {
      const offer = readOffer(sdp);
      return this.#start(facts, offer, agree(offer));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { refusal, reason } = refusalOfFault(error);
      this.#deps.onRefused(facts, reason);
      return { refusal };
    }
  }

  patch(id: string, fragment: IceFragment, ifMatch: string | undefined): Promise<PatchOutcome> | undefined {
    const leg = this.#legs.get(id);
    // Candidates that a page still sends as it hangs up are of no use, and no fault.
    if (leg === undefined ? this.#over.has(id) : leg.signal.aborted) return Promise.resolve({ kind: 'trickled' });
    return leg?.patch(fragment, ifMatch);
  }

  hangUp(id: string): boolean {
    const leg = this.#legs.get(id);
    if (leg === undefined) return this.#over.has(id);
    leg.hangUp();
    return true;
  }

  #start(facts: CallFacts, offer: ReturnType<typeof readOffer>, agreement: ReturnType<typeof agree>): TakenOffer {
    const { callId, legId, toUser } = facts;
    const id = unguessable(ID_BYTES);
    const leg = new WebRtcLeg({
      facts,
      offer,
      agreement,
      network: this.#network(),
      title: this.#deps.personas().find(({ name }) => name === toUser)?.title ?? toUser,
      deps: this.#deps,
      log: bindLog(this.#deps.log, { callId, legId }),
      onReleased: () => this.#released(id),
    });
    this.#legs.set(id, leg);
    return { outcome: leg.start(), path: `/webrtc/calls/${id}`, gone: () => leg.hangUp() };
  }

  #released(id: string): void {
    this.#legs.delete(id);
    this.#over.add(id);
    if (this.#over.size > MAX_OVER) this.#over.delete(this.#over.values().next().value!);
  }

  #factsOf(head: OfferHead): CallFacts {
    return callFacts(head, { callId: this.#deps.randomId(), legId: this.#deps.randomId() });
  }

  #refused(facts: CallFacts, reason: RefusalReason): { readonly refusal: Refusal } {
    this.#deps.onRefused(facts, reason);
    return { refusal: refusalOf(reason) };
  }

  #network(): PeerNetwork {
    const { ice, bindAddresses, externalAddresses, ports, goneMs, connectMs } = this.#options;
    const servers = ice === 'full' ? this.iceServers() : [];
    return {
      ice,
      bindAddresses,
      externalAddresses: [...new Set([...externalAddresses, ...(this.#deps.network?.externalAddresses ?? [])])],
      ports,
      iceServers: servers.flatMap(({ urls, username, credential }) =>
        urls.map((url) => ({
          urls: url,
          ...(username === undefined ? {} : { username }),
          ...(credential === undefined ? {} : { credential }),
        })),
      ),
      goneMs: ms(goneMs),
      connectMs: ms(connectMs),
    };
  }

  async #close(): Promise<void> {
    this.drain();
    const reason: EndReason = { by: 'operator', code: 'shutdown' };
    const ended = Promise.all([...this.#legs.values()].map((leg) => leg.end(reason)));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_WAIT_MS);
    await Promise.race([ended, late]);
    clearTimeout(timer);
  }
}

/** 192 bits: who knows the name of a call may end it. */
const MAX_OVER = 256;
const ID_BYTES = 24;
/** The last messages out, transports closed. */
const CLOSE_WAIT_MS = 1_500;
