import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { whyNotFree } from '#app/free-port';

const MAX_TRIES = 20;

/** A port of loopback that is free for TCP and UDP alike. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if ((await whyNotFree('udp', '127.0.0.1', port)) === undefined) return port;
  }
  throw new Error('no port is free for both TCP and UDP');
}
