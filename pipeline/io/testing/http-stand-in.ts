import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on a free loopback port, for tests of the clients. */
export interface HttpStandIn extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the requests so far. */
  readonly bodies: readonly string[];
  /** TCP connections so far. */
  readonly connections: number;
  /** Resolves when a response is closed before it was finished. */
  readonly cut: Promise<void>;
}

export async function httpStandIn(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<HttpStandIn> {
  const bodies: string[] = [];
  let connections = 0;
  const cut = Promise.withResolvers<void>();
  const server: Server = createServer((request, response) => {
    let body = '';
    request
      .setEncoding('utf8')
      .on('data', (chunk: string) => (body += chunk))
      .on('end', () => {
        bodies.push(body);
        response.on('close', () => {
          if (!response.writableFinished) cut.resolve();
        });
        answer(request, response, body);
      });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    get connections() {
      return connections;
    },
    cut: cut.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A loopback port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
