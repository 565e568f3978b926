import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { ClientId } from '../core/types.ts';
import { endSocket } from './end-socket.ts';

export interface ControlEvents {
  opened(client: ClientId): void;
  received(client: ClientId, bytes: Uint8Array): void;
  closed(client: ClientId): void;
}

/** The socket that applications connect to: on loopback, so that nobody outside this machine can. */
export class ControlListener {
  readonly #events: ControlEvents;
  readonly #server: Server;
  readonly #sockets = new Map<ClientId, Socket>();
  #nextClient = 1;

  constructor(events: ControlEvents) {
    this.#events = events;
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#accepted(socket));
  }

  async listen(address: string, port: number): Promise<{ readonly address: string; readonly port: number }> {
    const listening = once(this.#server, 'listening');
    this.#server.listen({ host: address, port, exclusive: true });
    await listening;
    const bound = this.#server.address();
    return bound === null || typeof bound === 'string' ? { address, port } : { address: bound.address, port: bound.port };
  }

  send(client: ClientId, bytes: Uint8Array): void {
    const socket = this.#sockets.get(client);
    if (socket === undefined || socket.destroyed) return;
    if (socket.writableLength > UNSENT_MAX_BYTES) {
      socket.destroy();
      return;
    }
    // What one turn of the event loop has to say leaves in one piece.
    if (socket.writableCorked === 0) {
      socket.cork();
      setImmediate(() => socket.uncork());
    }
    socket.write(bytes);
  }

  closeOne(client: ClientId): void {
    const socket = this.#sockets.get(client);
    if (socket !== undefined) endSocket(socket);
  }

  async close(): Promise<void> {
    const closing = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // The server may be done before the last of its sockets has said so, and what that one leaves behind is still to be handled.
    const gone = [...this.#sockets.values()].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    for (const client of this.#sockets.keys()) this.closeOne(client);
    await Promise.all([closing, ...gone]);
  }

  #accepted(socket: Socket): void {
    const client = this.#nextClient;
    this.#nextClient += 1;
    this.#sockets.set(client, socket);
    socket.on('data', (bytes) => this.#events.received(client, bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(client);
      this.#events.closed(client);
    });
    this.#events.opened(client);
  }
}

/** An application that does not read for so long that this has piled up is cut off. */
const UNSENT_MAX_BYTES = 64 * 1_048_576;
