import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** Every request to a route of this scope must carry the token; RFC 6750. */
export function bearerOnly(scope: FastifyInstance, token: string): void {
  scope.addHook('onRequest', async (request, reply) => (carriesToken(request, token) ? undefined : sendTokenWanted(reply)));
}

export function carriesToken(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer (.{1,512})$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

export function sendTokenWanted(reply: FastifyReply): FastifyReply {
  reply.header('www-authenticate', 'Bearer realm="parley"');
  return sendProblem(reply, 401, 'NO_TOKEN', 'Send "Authorization: Bearer TOKEN"; `npm start` names the file that holds the token.');
}

/** Equal lengths for the comparison in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
