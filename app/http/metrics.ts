import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { sendTokenWanted } from './bearer.ts';

/** `GET /metrics` in the Prometheus text format, for those who may see how the house is run. */
export function metricsRoutes(app: FastifyInstance, registry: Registry, isInsider: (request: FastifyRequest) => boolean): void {
  app.get('/metrics', async (request, reply) => {
    if (!isInsider(request)) return sendTokenWanted(reply);
    return reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics());
  });
}
