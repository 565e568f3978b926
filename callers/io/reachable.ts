import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { addressOfUri } from '../sip-text.ts';

/** Throws when the machine of `uri` says at once that nothing listens there (ICMP), sparing 32 s of waiting. Silence proves nothing. */
export async function assertListening(uri: string): Promise<void> {
  const { host, port } = addressOfUri(uri);
  const socket = createSocket('udp4');
  try {
    socket.connect(port, host);
    await once(socket, 'connect');
    const failed = new Promise<true>((resolve) => socket.on('error', () => resolve(true)));
    const nothing = new Promise<false>((resolve) => setTimeout(resolve, 150, false));
    socket.send('\r\n\r\n', () => {}); // the keep-alive of RFC 5626: no call, no state
    if (await Promise.race([failed, nothing]))
      throw new Error(`nothing answers at ${host}:${port}: is the app running? Start it with \`npm start\` and wait for its "Ready" line.`);
  } finally {
    socket.close();
  }
}
