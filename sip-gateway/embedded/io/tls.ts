import type { Socket } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { type Accept, type Channel, type ChannelSink, GrowingChannel, type Listening, type Remote, socketChannel } from './channel.ts';
import { adopt, CONNECT_MS, giveUp, listenSockets, SOCKET_OPTIONS } from './tcp.ts';
import type { TlsCredentials } from './tls-credentials.ts';

export async function listenTls(bind: Remote, credentials: TlsCredentials, accept: Accept): Promise<Listening> {
  return acceptTls(bind, credentials, accept, (socket, channel, sink) => {
    channel.becomes(socketChannel(socket), true);
    socket.on('data', (bytes) => sink.received(bytes));
  });
}

/** `secured`: the handshake is done, and the peer is whom it has to be. */
export async function acceptTls(
  bind: Remote,
  credentials: TlsCredentials,
  accept: Accept,
  secured: (socket: TLSSocket, channel: GrowingChannel, sink: ChannelSink) => void,
): Promise<Listening> {
  /** By the peer's address and port: those whose handshake is under way. */
  const handshakes = new Map<string, { readonly channel: GrowingChannel; readonly sink: ChannelSink }>();
  const server = createServer({ ...SOCKET_OPTIONS, ...credentials.forServer(), handshakeTimeout: HANDSHAKE_MS });
  const unsubscribe = credentials.onChange(() => server.setSecureContext(credentials.forServer()));
  server.on('secureConnection', (socket) => {
    const handshake = handshakes.get(keyOf(socket));
    if (handshake === undefined) {
      socket.destroy();
      return;
    }
    handshakes.delete(keyOf(socket));
    // Whoever renegotiates makes us compute; TLS 1.3 has no such thing, and nobody needs it.
    socket.disableRenegotiation();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => handshake.sink.closed());
    secured(socket, handshake.channel, handshake.sink);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const listening = await listenSockets(server, bind, (socket, remote) => {
    const key = keyOf(socket);
    const channel = new GrowingChannel(socketChannel(socket));
    const sink = onlyOnce(accept(remote, channel));
    handshakes.set(key, { channel, sink });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      handshakes.delete(key);
      sink.closed();
    });
  });
  return {
    ...listening,
    close: () => {
      unsubscribe();
      return listening.close();
    },
  };
}

/** `serverName`: whom the certificate has to name; else the address. */
export function connectTls(to: Remote & { readonly serverName?: string }, credentials: TlsCredentials, sink: ChannelSink): Channel {
  const socket = connect({
    host: to.address,
    port: to.port,
    ...(to.serverName === undefined ? {} : { servername: to.serverName }),
    ...credentials.forClient(),
    timeout: CONNECT_MS,
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true);
  socket.once('secureConnect', () => socket.setTimeout(0));
  giveUp(socket);
  adopt(socket, sink);
  return socketChannel(socket);
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''}|${remotePort ?? 0}`;
}

/** The socket below and the one above both end. */
function onlyOnce(sink: ChannelSink): ChannelSink {
  let isClosed = false;
  return {
    received: (bytes) => sink.received(bytes),
    closed: () => {
      if (isClosed) return;
      isClosed = true;
      sink.closed();
    },
  };
}

const HANDSHAKE_MS = 10_000;
