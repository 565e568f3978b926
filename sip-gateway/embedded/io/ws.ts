import { isUtf8 } from 'node:buffer';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MESSAGE_MAX_BYTES } from '../message/parse.ts';
import { type Accept, type Channel, type ChannelSink, GrowingChannel, type Listening, type Remote, socketChannel } from './channel.ts';
import { listenSockets, SOCKET_OPTIONS } from './tcp.ts';

export interface WsSettings {
  /** Origins of pages that may connect; a client without an Origin is no page. */
  readonly origins: readonly string[];
}

export async function listenWs(bind: Remote, settings: WsSettings, accept: Accept): Promise<Listening> {
  const upgrader = new WsUpgrader(settings);
  return listenSockets(createServer(SOCKET_OPTIONS), bind, (socket, remote) => {
    const channel = new GrowingChannel(socketChannel(socket));
    const sink = accept(remote, channel);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sink.closed());
    upgrader.take(socket, channel, sink);
  });
}

/** Makes WebSockets with the sub-protocol `sip` of sockets that speak HTTP; RFC 7118. How long that may take is the core's matter. */
export class WsUpgrader {
  readonly #settings: WsSettings;
  readonly #pending = new WeakMap<Duplex, { readonly channel: GrowingChannel; readonly sink: ChannelSink }>();
  readonly #http = createHttpServer({ keepAlive: false });
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_MAX_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUB_PROTOCOL) ? SUB_PROTOCOL : false),
  });

  constructor(settings: WsSettings) {
    this.#settings = settings;
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
    this.#http.on('request', (_request, response) => {
      response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end('This port takes SIP by WebSocket only.\n');
    });
    this.#http.on('clientError', (_error, socket) => void socket.destroy());
  }

  take(socket: Socket, channel: GrowingChannel, sink: ChannelSink): void {
    this.#pending.set(socket, { channel, sink });
    this.#http.emit('connection', socket);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const pending = this.#pending.get(socket);
    const refusal = this.#refusal(request);
    if (pending === undefined || refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#pending.delete(socket);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      pending.channel.becomes(wsChannel(webSocket), true);
      webSocket.on('message', (data) => pending.sink.received(data as Buffer));
      webSocket.on('error', () => webSocket.terminate());
      keepAlive(webSocket);
    });
  }

  #refusal({ headers }: IncomingMessage): string | undefined {
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(SUB_PROTOCOL)) return '400 Bad Request';
    const { origin } = headers;
    return origin === undefined || this.#settings.origins.includes(origin) ? undefined : '403 Forbidden';
  }
}

function wsChannel(socket: WebSocket): Channel {
  return {
    // Pages read text; RFC 7118 section 5 has binary for what is none.
    send: (bytes) => socket.send(bytes, { binary: !isUtf8(bytes) }),
    get unsentBytes() {
      return socket.bufferedAmount;
    },
    end: () => socket.close(1000),
    destroy: () => socket.terminate(),
  };
}

/** A browser never pings, and networks forget what is silent; one that does not answer is gone. */
function keepAlive(socket: WebSocket): void {
  let isAlive = true;
  socket.on('pong', () => (isAlive = true));
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_EVERY_MS).unref();
  socket.on('close', () => clearInterval(timer));
}

const SUB_PROTOCOL = 'sip';
/** Below the minute after which common proxies cut. */
const PING_EVERY_MS = 25_000;
