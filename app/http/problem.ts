import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';

/** An error as RFC 9457 problem details; `code` is stable, `detail` is for people. */
export function sendProblem(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  return reply.code(status).type('application/problem+json').send(JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, code, detail }));
}
