import { unreachable } from '#domain/assert';
import type { ConnectionId, Listener, ServerAction } from '../core/types.ts';
import type { Accept, Channel, ChannelSink, Listening } from './channel.ts';
import { connectTcp, listenTcp } from './tcp.ts';
import { connectTls, listenTls } from './tls.ts';
import type { TlsCredentials } from './tls-credentials.ts';
import { listenWs, type WsSettings } from './ws.ts';
import { listenWss } from './wss.ts';

export interface StreamEvents {
  opened(connection: ConnectionId, listener: number, address: string, port: number): void;
  received(connection: ConnectionId, bytes: Uint8Array): void;
  closed(connection: ConnectionId): void;
}

/** What some transports need besides an address. */
export interface StreamSettings {
  /** For TLS and WSS. */
  readonly credentials: TlsCredentials | undefined;
  readonly ws: WsSettings;
}

type StreamListener = Listener & { readonly transport: Exclude<Listener['transport'], 'udp'> };

/** All SIP stream connections of all transports, accepted and opened, by their number. */
export class StreamConnections {
  readonly #events: StreamEvents;
  readonly #settings: StreamSettings;
  readonly #listening: Listening[] = [];
  readonly #channels = new Map<ConnectionId, Channel>();
  /** Accepted connections count up from 1; those that the core opens count down from -1. */
  #nextAccepted = 1;

  constructor(events: StreamEvents, settings: StreamSettings) {
    this.#events = events;
    this.#settings = settings;
  }

  async listen(index: number, bind: StreamListener): Promise<Listening> {
    const listening = await this.#listen(bind, (remote, channel) => {
      const connection = this.#nextAccepted;
      this.#nextAccepted += 1;
      this.#channels.set(connection, channel);
      this.#events.opened(connection, index, remote.address, remote.port);
      return this.#sinkOf(connection);
    });
    this.#listening.push(listening);
    return listening;
  }

  open({ connection, transport, address, port, serverName }: ServerAction & { kind: 'open-stream' }): void {
    const sink = this.#sinkOf(connection);
    const { credentials } = this.#settings;
    switch (transport) {
      case 'tcp':
        this.#channels.set(connection, connectTcp({ address, port }, sink));
        return;
      case 'tls':
        if (credentials === undefined) break;
        this.#channels.set(
          connection,
          connectTls({ address, port, ...(serverName === undefined ? {} : { serverName }) }, credentials, sink),
        );
        return;
      case 'udp':
      case 'ws':
      case 'wss':
        break;
      default:
        unreachable(transport);
    }
    // Nobody can connect that way; told later, as the core is in the middle of an input.
    setImmediate(() => sink.closed());
  }

  send(connection: ConnectionId, bytes: Uint8Array): void {
    const channel = this.#channels.get(connection);
    if (channel === undefined) return;
    // A peer that does not read must not make us keep what it is sent.
    if (channel.unsentBytes > UNSENT_MAX_BYTES) channel.destroy();
    else channel.send(bytes);
  }

  closeOne(connection: ConnectionId): void {
    this.#channels.get(connection)?.end();
  }

  async close(): Promise<void> {
    const closing = this.#listening.map((listening) => listening.close());
    for (const channel of this.#channels.values()) channel.end();
    await Promise.all(closing);
  }

  #listen(bind: StreamListener, accept: Accept): Promise<Listening> {
    const { transport } = bind;
    switch (transport) {
      case 'tcp':
        return listenTcp(bind, accept);
      case 'tls':
        return listenTls(bind, this.#secure(), accept);
      case 'ws':
        return listenWs(bind, this.#settings.ws, accept);
      case 'wss':
        return listenWss(bind, this.#secure(), this.#settings.ws, accept);
      default:
        return unreachable(transport);
    }
  }

  #secure(): TlsCredentials {
    if (this.#settings.credentials === undefined) throw new Error('a certificate is needed: set sip.tls.certFile and sip.tls.keyFile');
    return this.#settings.credentials;
  }

  #sinkOf(connection: ConnectionId): ChannelSink {
    return {
      received: (bytes) => this.#events.received(connection, bytes),
      closed: () => {
        this.#channels.delete(connection);
        this.#events.closed(connection);
      },
    };
  }
}

const UNSENT_MAX_BYTES = 1_048_576;
