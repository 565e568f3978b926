import type { Socket } from 'node:net';
import { unmapped } from '#kit/ip/ip-address';
import { endSocket } from './end-socket.ts';

/** One stream connection as the table of connections uses it, whatever carries it. */
export interface Channel {
  send(bytes: Uint8Array): void;
  /** What the peer has not taken yet. */
  readonly unsentBytes: number;
  /** After what was sent has left. */
  end(): void;
  destroy(): void;
}

/** Where a channel's data go. */
export interface ChannelSink {
  received(bytes: Uint8Array): void;
  /** Once, however it ended. */
  closed(): void;
}

export interface Remote {
  readonly address: string;
  readonly port: number;
}

/** A peer connected: told at its first packet, before any handshake, so that bounds hold for those who never finish one. */
export type Accept = (remote: Remote, channel: Channel) => ChannelSink;

export interface Listening {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

export function socketChannel(socket: Socket): Channel {
  return {
    send: (bytes) => void socket.write(bytes),
    get unsentBytes() {
      return socket.writableLength;
    },
    end: () => endSocket(socket),
    destroy: () => void socket.destroy(),
  };
}

/** A channel whose carrier changes while it is set up: TCP, then TLS, then a WebSocket. Nothing is sent before the last of them. */
export class GrowingChannel implements Channel {
  #carrier: Channel;
  #isReady = false;

  constructor(carrier: Channel) {
    this.#carrier = carrier;
  }

  /** `isReady`: this carries SIP. */
  becomes(carrier: Channel, isReady: boolean): void {
    this.#carrier = carrier;
    this.#isReady = isReady;
  }

  send(bytes: Uint8Array): void {
    if (this.#isReady) this.#carrier.send(bytes);
  }

  get unsentBytes(): number {
    return this.#carrier.unsentBytes;
  }

  end(): void {
    if (this.#isReady) this.#carrier.end();
    else this.#carrier.destroy();
  }

  destroy(): void {
    this.#carrier.destroy();
  }
}

export function remoteOf(socket: Socket): Remote | undefined {
  const { remoteAddress, remotePort } = socket;
  return remoteAddress === undefined || remotePort === undefined ? undefined : { address: unmapped(remoteAddress), port: remotePort };
}
