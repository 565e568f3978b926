import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HTTP_IDLE_MS, HTTP_TIMES, TLS_HANDSHAKE_MS } from '../http/bound-http.ts';
import { refuseUnparsed } from '../http/problem.ts';
import type { ServerCertificate } from './certificate.ts';

/** The application by https, beside the server that it has of its own. Resolves once it listens; rejects with the system's error. */
export async function serveHttps(
  app: FastifyInstance,
  { cert, key }: ServerCertificate,
  at: { readonly host: string; readonly port: number },
): Promise<Server> {
  await app.ready();
  const server = createServer(
    { cert, key, ...HTTP_TIMES, handshakeTimeout: TLS_HANDSHAKE_MS, minVersion: 'TLSv1.2' },
    (request, response) => app.routing(request, response),
  );
  server.setTimeout(HTTP_IDLE_MS);
  server.on('clientError', refuseUnparsed);
  // A stranger who speaks no TLS is no fault of ours.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.host, port: at.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}

/** Idempotent. Requests that run are finished, connections that wait are closed. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS).unref();
  });
}

const CLOSE_WITHIN_MS = 1_000;
