import { bareHost, isIpAddress, isLoopback, isUnspecified, uriHost } from '#kit/ip/ip-address';
import type { Context } from '../core/context.ts';
import { Streams } from './streams.ts';
import { factsOf } from './transport-table.ts';
import type { ConnectionId, Destination, Listener, Peer, Transport } from '../core/types.ts';

/** Our listeners as peers see them, and the way out to a peer. */
export class Transports {
  readonly streams: Streams;
  readonly #context: Context;
  readonly #own = new Set<string>();

  /** `isNeeded`: whether a connection without traffic has to stay. */
  constructor(context: Context, isNeeded: (connection: ConnectionId) => boolean) {
    this.#context = context;
    this.streams = new Streams(context, isNeeded);
    const { listeners, externalAddress, localAddresses } = context.options;
    for (const listener of listeners) {
      const addresses = isUnspecified(listener.address) ? [...localAddresses, '127.0.0.1', '::1', 'localhost'] : [listener.address];
      if (externalAddress !== undefined) addresses.push(externalAddress);
      for (const address of addresses) this.#own.add(`${bareHost(address).toLowerCase()}:${listener.port}`);
    }
  }

  /** The listener to send from: of that transport, and of the address family of `address`. */
  listenerFor(transport: Transport, address: string): number | undefined {
    const { listeners } = this.#context.options;
    const isV6 = bareHost(address).includes(':');
    let fallback: number | undefined;
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i] as Listener;
      if (listener.transport !== transport) continue;
      if (listener.address.includes(':') === isV6) return i;
      fallback ??= i;
    }
    // A host name may still turn out to be of any family.
    return isIpAddress(address) ? undefined : fallback;
  }

  listener(index: number): Listener {
    return this.#context.options.listeners[index] as Listener;
  }

  /** The host at which `peerAddress` can reach this listener. */
  advertisedHost(index: number, peerAddress: string): string {
    const { externalAddress, localAddresses } = this.#context.options;
    if (externalAddress !== undefined) return uriHost(externalAddress);
    const bound = this.listener(index).address;
    if (!isUnspecified(bound)) return uriHost(bound);
    const isV6 = peerAddress.includes(':');
    if (isLoopback(peerAddress)) return isV6 ? '[::1]' : '127.0.0.1';
    const family = localAddresses.filter((address) => address.includes(':') === isV6);
    return uriHost(nearest(family, peerAddress) ?? bound);
  }

  /** `host:port` for Contact, Via and `@localhost`. */
  advertised(index: number, peerAddress: string): string {
    return `${this.advertisedHost(index, peerAddress)}:${this.listener(index).port}`;
  }

  isOwn(host: string, port: number): boolean {
    return this.#own.has(`${bareHost(host).toLowerCase()}:${port}`);
  }

  /** `token` names the client transaction that is to be told when sending fails. */
  send(destination: Destination, bytes: Uint8Array, token?: string): void {
    if (factsOf(destination.transport).framing !== 'datagram') {
      this.streams.send(destination, bytes, token);
      return;
    }
    const { listener, address, port } = destination;
    this.#context.emit({ kind: 'send-datagram', listener, address, port, bytes, ...(token === undefined ? {} : { token }) });
  }

  /**
   * Where answers to a request of `peer` go: back to where it came from, as if it had asked for `rport` (RFC 3581),
   * never to an address that the message names; for a stream that has closed, to the port of its Via.
   */
  replyTo(peer: Peer, viaPort: number | undefined): Destination {
    if (peer.connection === undefined)
      return { transport: peer.transport, listener: peer.listener, address: peer.address, port: peer.port };
    const isOpen = this.streams.isOpen(peer.connection);
    return {
      transport: peer.transport,
      listener: peer.listener,
      address: peer.address,
      port: isOpen ? peer.port : (viaPort ?? factsOf(peer.transport).defaultPort),
      connection: peer.connection,
    };
  }
}

/** The address that shares the most leading parts with the peer's: a guess at the interface that faces it. */
function nearest(addresses: readonly string[], peerAddress: string): string | undefined {
  const peerParts = peerAddress.split('.');
  let best: string | undefined;
  let bestShared = -1;
  for (const address of addresses) {
    const parts = address.split('.');
    let shared = 0;
    while (shared < parts.length && parts[shared] === peerParts[shared]) shared += 1;
    if (shared > bestShared) [best, bestShared] = [address, shared];
  }
  return best;
}
