import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import { unreachable } from '#domain/assert';

/** Why nobody can listen there now (`EADDRINUSE`, `EACCES`), or undefined when one can. Lets go of it at once. */
export function whyNotFree(transport: 'udp' | 'tcp', host: string, port: number): Promise<string | undefined> {
  switch (transport) {
    case 'tcp':
      return tryTcp(host, port);
    case 'udp':
      return tryUdp(host, port);
    default:
      return unreachable(transport);
  }
}

function tryTcp(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function tryUdp(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}

/** A TCP port of loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('a TCP server without a port')),
      );
    });
  });
}
