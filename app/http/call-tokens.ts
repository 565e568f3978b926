import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { bearerOnly } from './bearer.ts';
import { sendProblem } from './problem.ts';
import { callTokenRequest } from './schemas.ts';

/** What a call token allows. */
export interface CallTokenGrant {
  /** Unix time, seconds. */
  readonly expiresAtS: number;
  /** Only this persona may be called. */
  readonly persona?: string;
  /** Only pages of this origin may call. */
  readonly origin?: string;
}

export interface CallTokensApi {
  /** The bearer token that every request must carry. */
  readonly token: string;
  readonly ttlS: number;
  readonly maxTtlS: number;
  readonly hasPersona: (name: string) => boolean;
  readonly issue: (grant: CallTokenGrant) => string;
  readonly wallMs: () => number;
}

/** `POST /v1/call-tokens`: the server of a site that embeds the element asks for a token and hands it to its page. */
export function callTokenRoutes(app: FastifyInstance, api: CallTokensApi): void {
  const wanted = callTokenRequest(api, api.hasPersona);
  app.register(async (scope) => {
    bearerOnly(scope, api.token);
    scope.post('/v1/call-tokens', async (request, reply) => {
      const read = wanted.safeParse(request.body ?? {});
      if (!read.success) return sendProblem(reply, 400, 'BAD_REQUEST', z.prettifyError(read.error));
      const { ttlS, persona, origin } = read.data;
      const grant = {
        expiresAtS: Math.floor(api.wallMs() / 1000) + ttlS,
        ...(persona === undefined ? {} : { persona }),
        ...(origin === undefined ? {} : { origin }),
      };
      const token = api.issue(grant);
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ token, expiresAt: new Date(grant.expiresAtS * 1000).toISOString(), persona, origin });
    });
  });
}
