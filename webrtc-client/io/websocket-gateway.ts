import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import { addressKey } from '#kit/ip/address-key';
import type { CallFacts } from '#domain/call';
import type { RefusalReason } from '#domain/call-leg';
import { errorText } from '#domain/errors';
import { callFacts } from '../call-facts.ts';
import { verifyCallToken } from '../call-token.ts';
import { RateLimit } from '../rate-limit.ts';
import { EXTENDED_PROTOCOL, originAllowed, readRequest, type ConnectionRequest } from '../websocket/access.ts';
import { closingOf } from '../websocket/close-reason.ts';
import type { WebSocketOptions } from '../websocket/options.ts';
import { callTokenHmac } from './keyed-hash.ts';
import { PacedSocket } from './paced-socket.ts';
import type { WebSocketGatewayDeps } from './websocket-deps.ts';
import { WebSocketLeg } from './websocket-leg.ts';
import { closeWith, problemDetails, refuseUpgrade } from './websocket-refusal.ts';

export interface WebSocketGateway {
  /** Takes the upgrades of this server; every path but `/ws/audio` gets 404. */
  attach(server: HttpServer | HttpsServer): void;
  /** Tells who asks `/ws/audio` by plain HTTP what is wanted (RFC 9110 section 15.5.22). */
  routes(app: FastifyInstance): void;
  /** Takes no more calls. */
  drain(): void;
  /** Ends all calls; resolves when every connection is closed. Idempotent. */
  close(): Promise<void>;
  readonly calls: number;
}

/** Calls over `/ws/audio`, in the seed's protocol: see `docs/websocket.md`. */
export function createWebSocketGateway(options: WebSocketOptions, deps: WebSocketGatewayDeps): WebSocketGateway {
  return new Gateway(options, deps);
}

class Gateway implements WebSocketGateway {
  readonly #options: WebSocketOptions;
  readonly #deps: WebSocketGatewayDeps;
  readonly #upgrader: WebSocketServer;
  readonly #rate: RateLimit;
  readonly #servers: (HttpServer | HttpsServer)[] = [];
  readonly #legs = new Map<WebSocketLeg, { readonly addressKey: string; readonly gone: Promise<void> }>();
  readonly #onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(req, socket, head);
  #draining = false;

  constructor(options: WebSocketOptions, deps: WebSocketGatewayDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#rate = new RateLimit({ perMinute: options.connectionsPerMinute, mostKeys: MAX_ADDRESSES });
    this.#upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Audio does not get smaller by it, and its memory is not bounded.
      perMessageDeflate: false,
      maxPayload: options.maxMessageBytes,
      handleProtocols: (offered) => (offered.has(EXTENDED_PROTOCOL) ? EXTENDED_PROTOCOL : false),
    });
  }

  get calls(): number {
    return this.#legs.size;
  }

  attach(server: HttpServer | HttpsServer): void {
    this.#servers.push(server);
    server.on('upgrade', this.#onUpgrade);
  }

  routes(app: FastifyInstance): void {
    app.get('/ws/audio', async (_request, reply) => {
      const { type, body } = problemDetails(426, 'UPGRADE_REQUIRED', 'Calls are taken here by WebSocket: connect with ws:// or wss://.');
      return reply.code(426).headers({ upgrade: 'websocket', connection: 'Upgrade' }).type(type).send(body);
    });
  }

  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    this.#draining = true;
    for (const server of this.#servers.splice(0)) server.off('upgrade', this.#onUpgrade);
    const gone = [...this.#legs.values()].map((leg) => leg.gone);
    for (const leg of this.#legs.keys()) void leg.end({ by: 'operator', code: 'shutdown' });
    await Promise.all(gone);
  }

  #upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { origin, host } = req.headers;
    const request = readRequest(req.url, req.headers.authorization, protocolsOf(req));
    if (request === undefined || !this.#options.enabled)
      return refuseUpgrade(socket, 404, 'NO_SUCH_PATH', 'WebSocket calls are taken at /ws/audio only.');
    if (!originAllowed(this.#deps.access.origins, origin, host)) {
      return refuseUpgrade(
        socket,
        403,
        'ORIGIN_NOT_ALLOWED',
        "Pages of this origin may not call here: the server's option webrtc.origins does not name it.",
      );
    }
    const address = this.#addressOf(req);
    const verdict = this.#rate.take(this.#deps.clock.nowMs(), addressKey(address));
    if (verdict.kind === 'wait') {
      return refuseUpgrade(
        socket,
        429,
        'TOO_MANY_CONNECTIONS',
        'Too many connections from this address; please wait a moment.',
        Math.ceil(verdict.retryAfterMs / 1000),
      );
    }
    if (this.#waitingFrom(addressKey(address)) >= this.#options.waitingPerAddress) {
      return refuseUpgrade(
        socket,
        429,
        'TOO_MANY_WAITING',
        'Too many connections from this address wait for their first message; send "start" on them, or close them.',
        WAITING_RETRY_S,
      );
    }
    const paced = new PacedSocket(socket, { framesPerSecond: this.#options.framesPerSecond, clock: this.#deps.clock });
    this.#upgrader.handleUpgrade(req, paced, head, (client) => this.#connected({ client, paced }, req, address, request));
  }

  #addressOf(req: IncomingMessage): string {
    return this.#deps.addressOf?.(req) ?? req.socket.remoteAddress ?? '';
  }

  /** Nobody is to fill the line by connections that say nothing. */
  #waitingFrom(from: string): number {
    let count = 0;
    for (const [leg, held] of this.#legs) if (leg.isWaiting && held.addressKey === from) count += 1;
    return count;
  }

  #connected({ client: socket, paced }: Connection, req: IncomingMessage, address: string, request: ConnectionRequest): void {
    socket.on('error', () => undefined);
    try {
      const facts = this.#facts(req, address, request);
      const refusal = this.#refusal(facts, request, req.headers.origin);
      if (refusal !== undefined) return closeWith(socket, closingOf(refusal));
      this.#take(facts, { client: socket, paced }, addressKey(address), request.extended);
    } catch (error) {
      this.#deps.log.error({ error: errorText(error) }, 'websocket call could not be taken');
      closeWith(socket, closingOf({ by: 'system', code: 'internal-error' }));
    }
  }

  #refusal(facts: CallFacts, { token }: ConnectionRequest, origin: string | undefined): RefusalReason | undefined {
    const code = this.#draining
      ? 'shutting-down'
      : this.#legs.size >= this.#options.maxCalls
        ? 'too-many-calls'
        : this.#tokenIsGood(token, facts.toUser, origin)
          ? undefined
          : 'not-allowed';
    if (code !== undefined) {
      const reason: RefusalReason = { by: 'refused', code };
      this.#deps.onRefused(facts, reason);
      return reason;
    }
    const verdict = this.#deps.intake.admit(facts);
    return verdict.kind === 'refuse' ? verdict.reason : undefined;
  }

  #tokenIsGood(token: string | undefined, persona: string, origin: string | undefined): boolean {
    const { access, secrets, clock } = this.#deps;
    if (!access.tokenRequired) return true;
    return (
      token !== undefined &&
      verifyCallToken(callTokenHmac(secrets.callTokenKey), token, { nowS: clock.wallMs() / 1000, persona, origin }).kind === 'good'
    );
  }

  #take(facts: CallFacts, { client: socket, paced }: Connection, from: string, extended: boolean): void {
    const gone = Promise.withResolvers<void>();
    const title = this.#deps.personas().find(({ name }) => name === facts.toUser)?.title ?? facts.toUser;
    const leg = new WebSocketLeg({
      facts,
      socket,
      options: this.#options,
      deps: this.#deps,
      extendedTitle: extended ? title : undefined,
      onGone: () => {
        this.#legs.delete(leg);
        gone.resolve();
      },
    });
    paced.flooded = () => leg.flooded();
    this.#legs.set(leg, { addressKey: from, gone: gone.promise });
    leg.start();
  }

  #facts(req: IncomingMessage, address: string, { persona = this.#options.persona, name }: ConnectionRequest): CallFacts {
    const { randomId } = this.#deps;
    const { origin, 'user-agent': userAgent } = req.headers;
    const { remotePort = 0 } = req.socket;
    const facts = callFacts(
      { persona, name, origin, userAgent, address: address === '' ? 'unknown' : address, port: remotePort },
      { callId: randomId(), legId: randomId() },
    );
    return { ...facts, kind: 'websocket', to: `websocket:${facts.toUser}`, from: 'websocket:browser' };
  }
}

/** An open WebSocket, and how fast it is read. */
interface Connection {
  readonly client: WebSocket;
  readonly paced: PacedSocket;
}

function protocolsOf(req: IncomingMessage): readonly string[] {
  return (req.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}

const MAX_ADDRESSES = 10_000;
const WAITING_RETRY_S = 10;
