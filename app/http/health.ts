import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LegKind } from '#domain/call';
import type { AccountState, TrunkStatus } from '#sip-gateway';
import type { PlacesHeld } from '../places.ts';

export interface HealthReport {
  /** `ready`: a call would be answered and understood. `degraded`: answered, but a service is down or an account is not registered. */
  readonly status: 'ready' | 'degraded' | 'starting' | 'draining';
  readonly calls: number;
  readonly callsByKind: Readonly<Record<LegKind, number>>;
  /** By kind of leg: connected, still connecting, and how many more could connect. */
  readonly places: Readonly<Record<LegKind, PlacesHeld>>;
  /** `refuses`: parts of requests that the server does not take, such as `tools`; it is asked without them. */
  readonly services: readonly {
    readonly name: string;
    readonly state: string;
    readonly reason?: string;
    readonly refuses?: readonly string[];
  }[];
  readonly accounts: readonly AccountState[];
  readonly trunks: readonly TrunkStatus[];
  /** What can be dialled. */
  readonly addresses: readonly string[];
  /** Where browsers call from. */
  readonly pages: readonly string[];
}

/**
 * `GET /health`: 200 while calls are taken, 503 otherwise, so that a load balancer can go by the status alone. Whoever reaches the port is told
 * `status`; addresses, processes and reasons are for those who run the house.
 */
export function healthRoutes(app: FastifyInstance, report: () => HealthReport, isInsider: (request: FastifyRequest) => boolean): void {
  app.get('/health', async (request, reply) => {
    const health = report();
    const takesCalls = health.status === 'ready' || health.status === 'degraded';
    return reply
      .code(takesCalls ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(isInsider(request) ? health : { status: health.status });
  });
}
