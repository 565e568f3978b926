import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EndReason } from '#domain/end-reason';
import type { CallStore } from '../store/port.ts';
import { callRecord } from '../telemetry/call-record.ts';
import { bearerOnly } from './bearer.ts';
import { sendProblem } from './problem.ts';
import { callListQuery } from './schemas.ts';

export interface CallsApi {
  readonly store: CallStore;
  /** The bearer token that every request must carry. */
  readonly token: string;
  /** Ends a running call; false if there is none of that id. */
  readonly endCall: (callId: string, reason: EndReason) => boolean;
}

/** `GET /v1/calls`, `GET /v1/calls/ID`, `DELETE /v1/calls/ID`; these show what callers said, so a token is needed. */
export function callsRoutes(app: FastifyInstance, api: CallsApi): void {
  app.register(async (scope) => {
    bearerOnly(scope, api.token);

    scope.get('/v1/calls', async (request, reply) => {
      const query = callListQuery.safeParse(request.query);
      if (!query.success) return sendProblem(reply, 400, 'BAD_QUERY', z.prettifyError(query.error));
      const { limit, before, signallingId } = query.data;
      const calls = api.store.list({
        limit,
        ...(before === undefined ? {} : { before }),
        ...(signallingId === undefined ? {} : { signallingId }),
      });
      return { calls };
    });

    scope.get<{ Params: { id: string } }>('/v1/calls/:id', async (request, reply) => {
      const record = callRecord(api.store.events(request.params.id));
      return record ?? sendProblem(reply, 404, 'NO_SUCH_CALL', 'There is no call with this id; GET /v1/calls lists them.');
    });

    scope.delete<{ Params: { id: string } }>('/v1/calls/:id', async (request, reply) => {
      const ended = api.endCall(request.params.id, { by: 'operator', code: 'requested' });
      return ended ? reply.code(204).send() : sendProblem(reply, 404, 'NO_SUCH_CALL', 'No running call has this id.');
    });
  });
}
