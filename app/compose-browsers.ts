import { hkdfSync, randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config, Secrets } from '#config';
import type { CallFacts } from '#domain/call';
import type { RefusalReason } from '#domain/call-leg';
import type { MediaPool } from '#media';
import { callTokenIssuer, createWebRtcGateway, createWebSocketGateway } from '#webrtc-client';
import type { Persona } from '#pipeline';
import type { CallSupervisor } from './call-supervisor.ts';
import type { EventPublisher } from './publisher.ts';
import { clientAddress } from './http/client-address.ts';
import { systemClock } from './system-clock.ts';

export interface BrowserParts {
  readonly media: MediaPool;
  readonly supervisor: CallSupervisor;
  readonly publisher: EventPublisher;
  readonly personas: readonly Persona[];
  readonly apiToken: string;
  readonly onRefused: (facts: CallFacts, reason: RefusalReason) => void;
}

/** What browsers call by: WebRTC, and the WebSocket. */
export interface BrowserGateways {
  routes(app: FastifyInstance): void;
  attach(server: HttpServer | HttpsServer): void;
  /** Makes a call token. */
  readonly issue: ReturnType<typeof callTokenIssuer>;
  drain(): void;
  /** Before the servers close: they wait for connections that only the gateways can end. */
  close(): Promise<void>;
}

export function createBrowserGateways(
  { config, log, secrets }: { config: Config; log: Logger; secrets: Secrets },
  parts: BrowserParts,
): BrowserGateways {
  const { publisher, personas } = parts;
  const { origins, callTokens, websocket: websocketOptions } = config.webrtc;
  const callTokenKey = callTokenKeyFrom(parts.apiToken);
  const deps = {
    media: parts.media,
    intake: parts.supervisor,
    clock: systemClock,
    randomId: randomUUID,
    log,
    personas: () => personas.map(({ name, title }) => ({ name, title })),
    observe: publisher.observe.bind(publisher),
    onRefused: parts.onRefused,
    secrets: { callTokenKey, ...(secrets.turnSecret === undefined ? {} : { turnSecret: secrets.turnSecret }) },
  };
  const webrtc = createWebRtcGateway(config.webrtc, deps);
  const websocket = createWebSocketGateway(websocketOptions, {
    ...deps,
    access: { origins, tokenRequired: callTokens.required },
    addressOf: clientAddress(config.http.trustedProxies),
  });
  return {
    // Where WebRTC is off too: the page asks there whom it can call by the WebSocket, and is told why an offer is refused.
    routes: (app) => {
      webrtc.routes(app);
      websocket.routes(app);
    },
    issue: callTokenIssuer(callTokenKey),
    attach: (server) => websocket.attach(server),
    drain: () => {
      webrtc.drain();
      websocket.drain();
    },
    close: async () => {
      await Promise.all([webrtc.close(), websocket.close()]);
    },
  };
}

/** Whoever has the API token could make call tokens anyway, so their key comes from it: instances that share the one share the other. */
function callTokenKeyFrom(apiToken: string): string {
  return Buffer.from(hkdfSync('sha256', apiToken, 'parley', 'call tokens 1', 32)).toString('base64url');
}
