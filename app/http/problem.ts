import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** An error as RFC 9457 problem details; `code` is stable, `detail` is for people. */
export function sendProblem(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send(problemText(status, code, detail));
}

/** An error of the HTTP framework or of whoever threw with a `statusCode`. Nothing of the request comes back: its own words are ours. */
export function sendFault(reply: FastifyReply, error: { readonly statusCode?: number | undefined }): FastifyReply {
  const status = error.statusCode === undefined || error.statusCode < 400 ? 500 : error.statusCode;
  const { code, detail } = faultOf(status);
  return sendProblem(reply, status, code, detail);
}

/** What comes before there is a request: the parser of HTTP gave up. RFC 9110 section 15.5, RFC 6585 section 5. */
export function refuseUnparsed(error: Error & { readonly code?: string }, socket: Socket | Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const { code, detail } = faultOf(status);
  const body = problemText(status, code, detail);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function problemText(status: number, code: string, detail: string): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, code, detail });
}

function faultOf(status: number): { readonly code: string; readonly detail: string } {
  return FAULTS[status] ?? (status >= 500 ? INTERNAL : BAD_REQUEST);
}

const PROBLEM_TYPE = 'application/problem+json';
const INTERNAL = { code: 'INTERNAL', detail: 'The request failed; the log says more.' };
const BAD_REQUEST = {
  code: 'BAD_REQUEST',
  detail: 'The request cannot be read: its target, its header fields or its body are malformed.',
};
const FAULTS: Readonly<Record<number, { readonly code: string; readonly detail: string }>> = {
  408: { code: 'TOO_SLOW', detail: 'The request did not arrive in time.' },
  413: { code: 'BODY_TOO_LARGE', detail: 'The body is too large.' },
  414: { code: 'URL_TOO_LONG', detail: 'The request target is too long.' },
  415: { code: 'WRONG_TYPE', detail: 'This API reads application/json.' },
  431: { code: 'HEADERS_TOO_LARGE', detail: 'The header fields are too large.' },
};
