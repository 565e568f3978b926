import type { Ms } from '#domain/units';

export type Transport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
/** One stream connection; unique for the life of the server. */
export type ConnectionId = number & { readonly __connection?: never };
/** One control connection; unique for the life of the server. */
export type ClientId = number & { readonly __client?: never };

/** A socket that takes SIP, as bound. */
export interface Listener {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
}

/** Where a message came from. */
export interface Peer {
  readonly transport: Transport;
  /** Index into the listeners. */
  readonly listener: number;
  readonly address: string;
  readonly port: number;
  /** Of a stream; absent for datagrams. */
  readonly connection?: ConnectionId;
}

/** Where a message goes to. */
export interface Destination {
  readonly transport: Transport;
  readonly listener: number;
  readonly address: string;
  readonly port: number;
  /** Preferred while it is open. */
  readonly connection?: ConnectionId;
  /** Whom the certificate of a secure peer has to name; absent: its address. */
  readonly serverName?: string;
}

export type ServerInput =
  | { readonly kind: 'datagram'; readonly listener: number; readonly address: string; readonly port: number; readonly bytes: Uint8Array }
  /** A peer connected to a listener. */
  | {
      readonly kind: 'stream-opened';
      readonly connection: ConnectionId;
      readonly listener: number;
      readonly address: string;
      readonly port: number;
    }
  /** Any piece of the stream; of a WebSocket one whole message. */
  | { readonly kind: 'stream-data'; readonly connection: ConnectionId; readonly bytes: Uint8Array }
  /** Closed by the peer, by an error, or because it could not be opened. */
  | { readonly kind: 'stream-closed'; readonly connection: ConnectionId }
  /** A datagram could not be handed to the network; `token` as it was in the action. */
  | { readonly kind: 'datagram-failed'; readonly token: string }
  | { readonly kind: 'resolved'; readonly query: string; readonly address?: string }
  | { readonly kind: 'control-opened'; readonly client: ClientId }
  | { readonly kind: 'control-data'; readonly client: ClientId; readonly bytes: Uint8Array }
  | { readonly kind: 'control-closed'; readonly client: ClientId }
  | { readonly kind: 'wake' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean>>;

export type ServerAction =
  | {
      readonly kind: 'send-datagram';
      readonly listener: number;
      readonly address: string;
      readonly port: number;
      readonly bytes: Uint8Array;
      readonly token?: string;
    }
  /** Connect; what is sent on it before it is open waits. */
  | {
      readonly kind: 'open-stream';
      readonly connection: ConnectionId;
      readonly transport: Transport;
      readonly address: string;
      readonly port: number;
      readonly serverName?: string;
    }
  | { readonly kind: 'send-stream'; readonly connection: ConnectionId; readonly bytes: Uint8Array }
  | { readonly kind: 'close-stream'; readonly connection: ConnectionId }
  | { readonly kind: 'resolve'; readonly query: string; readonly host: string }
  | { readonly kind: 'send-control'; readonly client: ClientId; readonly bytes: Uint8Array }
  /** After what was sent has left. */
  | { readonly kind: 'close-control'; readonly client: ClientId }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string; readonly fields: LogFields };

export interface ServerLimits {
  /** Server and client transactions together; new requests beyond get 503. */
  readonly transactionsMax: number;
  readonly dialogsMax: number;
  readonly streamConnectionsMax: number;
  /** Of one address, an IPv6 network of 64 bits counting as one, unless it is trusted. */
  readonly streamsPerAddress: number;
  readonly controlConnectionsMax: number;
  /** A stream without any data for so long is closed. */
  readonly streamIdleMs: Ms;
  /** A stream that a peer opened has to bring something whole within this. */
  readonly streamFirstMs: Ms;
  /** A message that has begun on a stream has to be complete after this. */
  readonly streamMessageMs: Ms;
  /** A control connection has to authenticate within this. */
  readonly authenticateMs: Ms;
  /** An INVITE that the application does not answer at all gets 480 after this. */
  readonly inviteUnansweredMs: Ms;
  /** An INVITE that only got provisional answers gets 480 after this. */
  readonly inviteRingingMs: Ms;
  /** Any other request that the application does not answer gets 500 after this: before the peer gives up at 32 s. */
  readonly requestUnansweredMs: Ms;
}

export interface ServerOptions {
  readonly listeners: readonly Listener[];
  /** Host that peers can reach us at; written into Contact and Via. */
  readonly externalAddress?: string;
  /** Addresses of this machine, for listeners bound to all of them; the first one is used for peers that are not local. */
  readonly localAddresses: readonly string[];
  readonly secret: string;
  /** As told to clients: `vN.N.N`, and at least v0.8.2 or they never ping. */
  readonly version: string;
  /** Unix time minus monotonic time, milliseconds. */
  readonly wallOffsetMs: number;
  readonly limits: ServerLimits;
  /** Addresses that bring many people's calls. */
  readonly isTrusted: (address: string) => boolean;
}
