import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Accept, type Channel, type ChannelSink, type Listening, type Remote, remoteOf, socketChannel } from './channel.ts';

export async function listenTcp(bind: Remote, accept: Accept): Promise<Listening> {
  return listenSockets(createServer(SOCKET_OPTIONS), bind, (socket, remote) => adopt(socket, accept(remote, socketChannel(socket))));
}

export function connectTcp(to: Remote, sink: ChannelSink): Channel {
  const socket = connect({ host: to.address, port: to.port, ...SOCKET_OPTIONS, timeout: CONNECT_MS });
  socket.once('connect', () => socket.setTimeout(0));
  giveUp(socket);
  adopt(socket, sink);
  return socketChannel(socket);
}

/** Binds a server of sockets; `opened` gets each one with where it came from. */
export async function listenSockets(server: Server, bind: Remote, opened: (socket: Socket, remote: Remote) => void): Promise<Listening> {
  server.on('connection', (socket: Socket) => {
    const remote = remoteOf(socket);
    if (remote === undefined) socket.destroy();
    else opened(socket, remote);
  });
  const listening = once(server, 'listening');
  server.listen({ host: bind.address, port: bind.port, exclusive: true });
  await listening;
  const bound = server.address();
  const { address, port } = bound === null || typeof bound === 'string' ? bind : bound;
  return { address, port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Lets a socket's data and its end go to `sink`. */
export function adopt(socket: Socket, sink: ChannelSink): void {
  socket.on('data', (bytes) => sink.received(bytes));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sink.closed());
}

/** A peer that does not answer is given up; to be set before the socket is connected. */
export function giveUp(socket: Socket): void {
  socket.once('timeout', () => socket.destroy());
}

export const SOCKET_OPTIONS = { noDelay: true, keepAlive: true } as const;
export const CONNECT_MS = 10_000;
