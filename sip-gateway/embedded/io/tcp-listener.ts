import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ConnectionId } from '../core/types.ts';
import { endSocket } from './end-socket.ts';

export interface TcpEvents {
  opened(connection: ConnectionId, listener: number, address: string, port: number): void;
  received(connection: ConnectionId, bytes: Uint8Array): void;
  closed(connection: ConnectionId): void;
}

/** All SIP stream connections, accepted and opened, by their number. */
export class TcpSockets {
  readonly #events: TcpEvents;
  readonly #servers: Server[] = [];
  readonly #sockets = new Map<ConnectionId, Socket>();
  /** Accepted connections count up from 1; those that the core opens count down from -1. */
  #nextAccepted = 1;

  constructor(events: TcpEvents) {
    this.#events = events;
  }

  async listen(
    listener: number,
    bind: { readonly address: string; readonly port: number },
  ): Promise<{ readonly address: string; readonly port: number }> {
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#accepted(listener, socket));
    this.#servers.push(server);
    const listening = once(server, 'listening');
    server.listen({ host: bind.address, port: bind.port, exclusive: true });
    await listening;
    const bound = server.address();
    return bound === null || typeof bound === 'string' ? bind : { address: bound.address, port: bound.port };
  }

  open(connection: ConnectionId, address: string, port: number): void {
    const socket = connect({ host: address, port, noDelay: true, keepAlive: true, timeout: CONNECT_MS });
    socket.once('timeout', () => socket.destroy());
    socket.once('connect', () => socket.setTimeout(0));
    this.#adopt(connection, socket);
  }

  send(connection: ConnectionId, bytes: Uint8Array): void {
    const socket = this.#sockets.get(connection);
    if (socket === undefined || socket.destroyed) return;
    // A peer that does not read must not make us keep what it is sent.
    if (socket.writableLength > UNSENT_MAX_BYTES) socket.destroy();
    else socket.write(bytes);
  }

  closeOne(connection: ConnectionId): void {
    const socket = this.#sockets.get(connection);
    if (socket !== undefined) endSocket(socket);
  }

  async close(): Promise<void> {
    const closing = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of this.#sockets.values()) endSocket(socket);
    await Promise.all(closing);
  }

  #accepted(listener: number, socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    const connection = this.#nextAccepted;
    this.#nextAccepted += 1;
    this.#adopt(connection, socket);
    this.#events.opened(connection, listener, remoteAddress.replace(/^::ffff:/, ''), remotePort);
  }

  #adopt(connection: ConnectionId, socket: Socket): void {
    this.#sockets.set(connection, socket);
    socket.on('data', (bytes) => this.#events.received(connection, bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(connection);
      this.#events.closed(connection);
    });
  }
}

const CONNECT_MS = 10_000;
const UNSENT_MAX_BYTES = 1_048_576;
