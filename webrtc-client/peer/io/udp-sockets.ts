import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { addressLookup } from '#kit/io/address-lookup';
import type { HostAddress } from '../candidates.ts';

/** One UDP port on several addresses of the machine. Decides nothing. */
export class UdpSockets {
  readonly #sockets: readonly Socket[];
  /** What is bound, in the order of the sockets. */
  readonly addresses: readonly HostAddress[];
  readonly port: number;
  /** Errors of the system, such as ICMP refusals. */
  errors = 0;

  private constructor(bound: readonly { readonly socket: Socket; readonly address: HostAddress }[], port: number) {
    this.#sockets = bound.map(({ socket }) => socket);
    this.addresses = bound.map(({ address }) => address);
    this.port = port;
    // No reason to end a call: the peer may not listen yet, or a network is gone.
    for (const socket of this.#sockets) socket.on('error', () => (this.errors += 1));
  }

  /**
   * Binds `port` on each address; 0: any that is free on all. An address that the system will not bind (it may have just gone) is left out as long
   * as one remains. Throws the system's error.
   */
  static async open(addresses: readonly HostAddress[], port: number): Promise<UdpSockets> {
    for (let attempt = 1; ; attempt += 1) {
      const bound: { socket: Socket; address: HostAddress }[] = [];
      try {
        const chosen = await bindAll(addresses, port, bound);
        return new UdpSockets(bound, chosen);
      } catch (error) {
        for (const { socket } of bound) socket.close();
        if (port !== 0 || attempt === MAX_ATTEMPTS || (error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
      }
    }
  }

  /** Nothing is heard before. */
  listen(heard: (socket: number, bytes: Uint8Array, from: RemoteInfo) => void): void {
    this.#sockets.forEach((socket, index) => socket.on('message', (bytes, from) => heard(index, bytes, from)));
  }

  send(socket: number, bytes: Uint8Array, port: number, address: string): void {
    this.#sockets[socket]!.send(bytes, port, address);
  }

  close(): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners('message');
      socket.close();
    }
  }
}

/** Returns the port. */
async function bindAll(
  addresses: readonly HostAddress[],
  port: number,
  bound: { socket: Socket; address: HostAddress }[],
): Promise<number> {
  let chosen = port;
  let fault: unknown = new Error('no address to bind');
  for (const address of addresses) {
    try {
      const socket = await bind(address, chosen);
      chosen = socket.address().port;
      bound.push({ socket, address });
    } catch (error) {
      fault = error;
      if ((error as { code?: unknown }).code !== 'EADDRNOTAVAIL') throw error;
    }
  }
  if (bound.length === 0) throw fault;
  return chosen;
}

function bind({ address, family }: HostAddress, port: number): Promise<Socket> {
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', ipv6Only: family === 6, lookup: addressLookup });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

const MAX_ATTEMPTS = 20;
