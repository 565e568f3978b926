import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { CallFacts } from '#domain/call';
import type { RefusalReason } from '#domain/call-leg';
import { AppError, errorText } from '#domain/errors';
import { ms } from '#domain/units';
import type { Config, Secrets } from '#config';
import { createMediaPool, type MediaPool } from '#media';
import { startSipGateway, type SipGateway } from '#sip-gateway';
import { startEmbeddedSipServer } from '#sip-gateway/embedded';
import { sipListeners } from '#sip-gateway/options';
import { addressRanges } from '#kit/ip/address-ranges';
import { apiToken, type ApiToken } from './api-token.ts';
import { CallSupervisor, type SupervisorDependencies } from './call-supervisor.ts';
import { ClosingStack } from './closing.ts';
import { prepareActions } from './compose-actions.ts';
import { createBrowserGateways } from './compose-browsers.ts';
import { listen, type PageAddresses } from './compose-http.ts';
import { connectionsOf, placesOf } from './compose-places.ts';
import { prepareSpeech, type Speech, type SpeechParts } from './compose-speech.ts';
import type { HealthReport } from './http/health.ts';
import { boundHttp } from './http/bound-http.ts';
import { buildHttp } from './http/build-http.ts';
import { personaFor, readPersonas, withSystemPrompt } from './personas.ts';
import type { Places } from './places.ts';
import { EventPublisher } from './publisher.ts';
import type { Services } from './services/index.ts';
import { QuietTime } from './quiet-time.ts';
import { keepRetention } from './store/retention.ts';
import { SqliteCallStore } from './store/sqlite.ts';
import { systemClock } from './system-clock.ts';
import { logFunction } from './telemetry/log.ts';
import { CallMetrics } from './telemetry/metrics.ts';

/** `stop` breaks the start off: it then rejects with an abort, everything opened so far closed. */
export interface ParleyParts extends SpeechParts {
  /** Where models lie. */
  readonly modelsDir: string;
  /** Folder that the page was built into. */
  readonly pageDir: string;
  /** Never logged. */
  readonly secrets: Secrets;
  /** Absent: the speech services. Tests of the network side need none. */
  readonly prepareSpeech?: typeof prepareSpeech;
}

export interface Parley {
  /** What can be dialled, `host:port`, the best first. */
  readonly addresses: readonly string[];
  /** The part before the `@` of the one who answers when nobody is named. */
  readonly user: string;
  readonly page: PageAddresses;
  readonly token: ApiToken;
  /** Takes no more calls and lets the running ones say goodbye, within `shutdown.graceMs`. */
  drain(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Builds everything, in the order in which it is needed; SIP last, so that no call meets a half-built house. */
export async function startParley(parts: ParleyParts): Promise<Parley> {
  const { log } = parts;
  const closing = new ClosingStack((name, error) => log.error({ part: name, error: errorText(error) }, 'closing failed'));
  try {
    return await build(parts, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function build(parts: ParleyParts, closing: ClosingStack): Promise<Parley> {
  const { config, log, services, progress } = parts;
  const store = new SqliteCallStore(config.store.path);
  closing.add('store', () => store.close());
  closing.add('retention', keepRetention(store, config.store.retentionDays, { wallMs: () => systemClock.wallMs(), log }));
  const metrics = new CallMetrics();
  const publisher = new EventPublisher({ clock: systemClock, log, store, metrics });

  const media = await startMedia(parts);
  closing.add('media', () => media.close());

  const token = apiToken(config.http.tokenFile, parts.secrets.apiToken);
  const personas = withSystemPrompt([...readPersonas(config.personas.directory).values()], config.clients.llm.systemPrompt);
  const actions = await prepareActions(parts, personas, closing);
  const state: { gateway?: SipGateway; speech?: Speech; page?: PageAddresses; httpsPort?: number } = {};
  const refused = onRefused(log, metrics);
  const places = placesOf(config, (address) => state.gateway?.knows(address) ?? false);
  metrics.lines(() => ({ accounts: state.gateway?.accounts ?? [], trunks: state.gateway?.trunks ?? [] }));
  metrics.places((kind) => places.held(kind));
  const supervisor = new CallSupervisor({
    clock: systemClock,
    personaFor: (user) => personaFor(personas, user),
    converse: (leg, persona, emit) => speechOf(state).converse(leg, persona, emit),
    warm: (persona, signal) => speechOf(state).warm(persona, signal),
    publish: (callId, event) => publisher.publish(callId, event),
    ready: () => state.speech !== undefined,
    refused,
    places,
  });
  const browsers = createBrowserGateways(parts, { media, supervisor, publisher, personas, apiToken: token.token, onRefused: refused });
  const { ttlS, maxTtlS } = config.webrtc.callTokens;
  const connections = connectionsOf(config);
  metrics.connections(() => connections.counts);
  const http = buildHttp({
    health: () => health(supervisor, places, services, state),
    registry: metrics.registry,
    calls: { store, token: token.token, endCall: (callId, reason) => supervisor.end(callId, reason) },
    callTokens: {
      token: token.token,
      ttlS,
      maxTtlS,
      wallMs: () => systemClock.wallMs(),
      hasPersona: (name) => personaFor(personas, name) !== undefined,
      issue: browsers.issue,
    },
    page: { directory: parts.pageDir, httpsPort: () => state.httpsPort },
    gateways: [(app) => browsers.routes(app)],
    insiders: config.http.insiders,
    trustedProxies: config.http.trustedProxies,
    log: logFunction(log),
  });
  closing.add('http', () => http.close());
  boundHttp(http.server, connections);
  browsers.attach(http.server);
  const { addresses: page, https } = await listen(http, config, closing, (port) => (state.httpsPort = port));
  if (https !== undefined) boundHttp(https, connections);
  if (https !== undefined) browsers.attach(https);
  closing.add('browser gateways', () => browsers.close());
  state.page = page;

  state.speech = await (parts.prepareSpeech ?? prepareSpeech)(parts, personas, actions, metrics, closing);
  // Once more, before the speech services that their calls talk with; they were added above for a start that is broken off.
  closing.add('browser calls', () => browsers.close());
  progress('starting SIP');
  const gateway = await startSip(parts, closing, { media, supervisor, refused });
  state.gateway = gateway;
  state.speech.finishInBackground(new QuietTime(() => supervisor.count > 0));
  return {
    addresses: gateway.addresses,
    user: (personaFor(personas, config.webrtc.persona) ?? personas[0])?.name ?? config.webrtc.persona,
    page,
    token,
    drain: async () => {
      gateway.drain();
      browsers.drain();
      await supervisor.drain(ms(config.shutdown.graceMs), (delayMs) => sleep(delayMs, undefined, { ref: false }));
    },
    close: () => closing.close(),
  };
}

function speechOf(state: { speech?: Speech }): Speech {
  if (state.speech === undefined) throw new AppError('NOT_READY', 'a call was admitted before the speech services were ready');
  return state.speech;
}

function startMedia({ config, log, modelsDir }: ParleyParts): Promise<MediaPool> {
  return createMediaPool(config.media, {
    workerUrl: new URL('./media-worker.ts', import.meta.url),
    clock: systemClock,
    modelPaths: { sileroVad: join(modelsDir, 'silero', 'silero_vad.onnx') },
    log,
  });
}

async function startSip(
  { config, log, secrets }: ParleyParts,
  closing: ClosingStack,
  parts: { media: MediaPool; supervisor: CallSupervisor; refused: SupervisorDependencies['refused'] },
): Promise<SipGateway> {
  const { sip } = config;
  const control = sip.backend === 'embedded' ? await startEmbedded(config, log, closing) : daemon(config, secrets);
  const gateway = await startSipGateway(sip, {
    media: parts.media,
    intake: parts.supervisor,
    clock: systemClock,
    randomId: randomUUID,
    // What the supervisor lets in, and what still leaves.
    accountPasswords: secrets.accountPasswords ?? new Map(),
    limits: { calls: config.limits.calls + 2 * config.limits.connecting },
    control,
    log,
    onRefused: parts.refused,
  });
  closing.add('sip gateway', () => gateway.close());
  return gateway;
}

async function startEmbedded(config: Config, log: Logger, closing: ClosingStack): Promise<ControlAddress> {
  const { sip, limits } = config;
  const secret = randomBytes(32).toString('base64url');
  const server = await startEmbeddedSipServer(
    {
      listeners: sipListeners(sip).map(({ transport, port }) => ({ transport, address: sip.bindAddress, port })),
      ...tlsOf(sip.tls),
      ws: sip.webSocket,
      ...(sip.externalAddress === 'auto' ? {} : { externalAddress: sip.externalAddress }),
      secret,
      limits: { streamConnectionsMax: limits.connections, streamsPerAddress: limits.connectionsPerAddress },
      isTrusted: addressRanges([...limits.trusted, ...sip.trunks.flatMap(({ hosts }) => hosts)]),
    },
    { clock: systemClock, randomId: randomUUID, log: logFunction(log) },
  );
  closing.add('embedded SIP server', () => server.close());
  return { host: server.controlAddress, port: server.controlPort, secret };
}

function tlsOf({ certFile, keyFile, caFile, minVersion, clientCertificates }: Config['sip']['tls']) {
  if (certFile === undefined || keyFile === undefined) return {};
  return { tls: { certFile, keyFile, ...(caFile === undefined ? {} : { caFile }), minVersion, clientCertificates } };
}

function daemon({ sip }: Config, secrets: ParleyParts['secrets']): ControlAddress {
  const { host, port, secretEnv } = sip.drachtio;
  const secret = secrets.drachtioSecret;
  if (secret === undefined) {
    throw new AppError('NO_SECRET', `sip.backend is drachtio: put the daemon's secret into the environment variable ${secretEnv}`);
  }
  return { host, port, secret };
}

interface ControlAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

export function onRefused(log: Logger, metrics: CallMetrics): (facts: CallFacts, reason: RefusalReason) => void {
  return (facts, reason) => {
    metrics.refused(reason.code);
    log.info({ callId: facts.callId, peer: facts.peer, reason: reason.code }, 'call refused');
  };
}

function health(
  supervisor: CallSupervisor,
  places: Places,
  services: Services,
  { gateway, page, speech }: { gateway?: SipGateway; page?: PageAddresses; speech?: Speech },
): HealthReport {
  const states: HealthReport['services'][number][] = services
    .status()
    .map((service) =>
      service.name === 'llm' && speech !== undefined && speech.refusedByLlm.length > 0
        ? { ...service, refuses: speech.refusedByLlm }
        : service,
    );
  const vectorsFault = speech?.vectorsFault;
  // A server that answers its health may have no vectors all the same.
  if (vectorsFault !== undefined && !states.some(({ name, state }) => name === 'embedding' && state !== 'ready'))
    states.push({ name: 'vectors', state: 'failed', reason: `${vectorsFault}; words decide` });
  const accounts = gateway?.accounts ?? [];
  const allUp = states.every((service) => service.state === 'ready') && accounts.every(({ state }) => state === 'registered');
  const status = supervisor.draining ? 'draining' : gateway === undefined ? 'starting' : allUp && gateway.ready ? 'ready' : 'degraded';
  const pages = page === undefined ? [] : [page.local, ...page.lan];
  return {
    status,
    calls: supervisor.count,
    callsByKind: supervisor.countByKind,
    places: { sip: places.held('sip'), webrtc: places.held('webrtc'), websocket: places.held('websocket') },
    services: states,
    accounts,
    trunks: gateway?.trunks ?? [],
    addresses: gateway?.addresses ?? [],
    pages,
  };
}
