import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { HTTP_IDLE_MS, HTTP_TIMES } from './bound-http.ts';
import { callTokenRoutes, type CallTokensApi } from './call-tokens.ts';
import { callsRoutes, type CallsApi } from './calls.ts';
import { healthRoutes, type HealthReport } from './health.ts';
import { metricsRoutes } from './metrics.ts';
import { openApiRoutes } from './openapi.ts';
import { pageRoutes, type PageOptions } from './page.ts';
import { insiders } from './insiders.ts';
import { refuseUnparsed, sendFault, sendProblem } from './problem.ts';
import type { LogFunction } from '../telemetry/log.ts';

export interface HttpDependencies {
  readonly health: () => HealthReport;
  readonly registry: Registry;
  readonly calls: CallsApi;
  readonly callTokens: CallTokensApi;
  readonly page: PageOptions;
  /** Routes of the gateways. */
  readonly gateways: readonly ((app: FastifyInstance) => void)[];
  /** Who is told how the house is run without the token. */
  readonly insiders: readonly string[];
  /** Proxies that are believed about who calls. */
  readonly trustedProxies: readonly string[];
  readonly log: LogFunction;
}

/** Builds the HTTP side; never listens, so that tests inject requests without a port. */
export function buildHttp(deps: HttpDependencies): FastifyInstance {
  const { headersTimeout, requestTimeout, connectionsCheckingInterval, keepAliveTimeout } = HTTP_TIMES;
  const app = Fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    requestTimeout,
    keepAliveTimeout,
    connectionTimeout: HTTP_IDLE_MS,
    http: { headersTimeout, connectionsCheckingInterval },
    trustProxy: deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies],
    frameworkErrors: (error, _request, reply) => void sendFault(reply, error),
    clientErrorHandler: refuseUnparsed,
  });
  const isInsider = insiders({ addresses: deps.insiders, trustedProxies: deps.trustedProxies, token: deps.calls.token });
  healthRoutes(app, deps.health, isInsider);
  metricsRoutes(app, deps.registry, isInsider);
  openApiRoutes(app);
  callsRoutes(app, deps.calls);
  callTokenRoutes(app, deps.callTokens);
  for (const routes of deps.gateways) routes(app);
  pageRoutes(app, deps.page);
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, 404, 'NOT_FOUND', 'There is nothing at this address, or not by this method.'),
  );
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if ((error.statusCode ?? 500) >= 500) deps.log('error', 'HTTP request failed', { err: error });
    return sendFault(reply, error);
  });
  return app;
}
