import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Connections } from './connections.ts';

/** Closes what is one connection too many, before a byte of it is read; of https before its handshake. */
export function boundHttp(server: Server | HttpsServer, connections: Connections): void {
  server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || !connections.came(remoteAddress)) {
      socket.destroy();
      return;
    }
    socket.once('close', () => connections.left(remoteAddress));
  });
}

/** How long strangers may keep a connection of http or https without saying something whole. */
export const HTTP_TIMES = {
  /** From the connection to the end of the request's head. */
  headersTimeout: 10_000,
  /** To the end of its body. */
  requestTimeout: 10_000,
  /** Node looks only every 30 s for those that are late. */
  connectionsCheckingInterval: 5_000,
  /** Between requests: pages ask again within seconds. */
  keepAliveTimeout: 15_000,
} as const;

/** Without a byte either way, such as an answer that is not read. The longest answer that is waited for is that to an offer. */
export const HTTP_IDLE_MS = 60_000;
export const TLS_HANDSHAKE_MS = 10_000;
