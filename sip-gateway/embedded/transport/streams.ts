import { addressKey } from '#kit/ip/address-key';
import { ms, type Ms } from '#domain/units';
import { MessageFramer } from '../message/message-framer.ts';
import { StreamFramer } from '../message/stream-framer.ts';
import type { Context, Wakeable } from '../core/context.ts';
import type { ConnectionId, Destination, Listener, Peer, Transport } from '../core/types.ts';
import { factsOf } from './transport-table.ts';

class Stream implements Wakeable {
  readonly id: ConnectionId;
  readonly peer: Peer;
  readonly framer: StreamFramer | MessageFramer;
  /** Client transactions that were sent here and fail with it. */
  readonly tokens = new Set<string>();
  readonly openedAtMs: Ms;
  /** Under what others find it; undefined: only who names it may send on it. */
  readonly remoteKey: string | undefined;
  /** A whole message came, or we opened it ourselves: there is somebody who speaks SIP. */
  hasSpoken: boolean;
  /** When the message began that is not complete yet. */
  beganAtMs: Ms | undefined;
  readonly #expired: (stream: Stream) => void;

  constructor(id: ConnectionId, peer: Peer, serverName: string | undefined, nowMs: Ms, expired: (stream: Stream) => void) {
    this.id = id;
    this.peer = peer;
    // Whoever connected to us has shown no certificate that names a host of our choice.
    const isUnproven = id >= 0 && factsOf(peer.transport).isSecure;
    this.remoteKey = isUnproven ? undefined : remoteKey({ ...peer, serverName });
    this.framer = factsOf(peer.transport).framing === 'message' ? new MessageFramer() : new StreamFramer();
    this.openedAtMs = nowMs;
    this.hasSpoken = id < 0;
    this.#expired = expired;
  }

  wake(): void {
    this.#expired(this);
  }
}

/** The open stream connections, inbound and outbound, and the messages that are cut from them. */
export class Streams {
  readonly #context: Context;
  readonly #isNeeded: (connection: ConnectionId) => boolean;
  readonly #byId = new Map<ConnectionId, Stream>();
  readonly #byRemote = new Map<string, Stream>();
  readonly #byToken = new Map<string, Stream>();
  /** How many an address has, by what counts as one address. */
  readonly #byAddress = new Map<string, number>();
  /** Outbound ids count down from -1, so that they never meet those of the shell. */
  #nextOutbound = -1;

  constructor(context: Context, isNeeded: (connection: ConnectionId) => boolean) {
    this.#context = context;
    this.#isNeeded = isNeeded;
  }

  get size(): number {
    return this.#byId.size;
  }

  opened(id: ConnectionId, listener: number, address: string, port: number): void {
    const { limits, isTrusted } = this.#context.options;
    const isCrowd = !isTrusted(address) && (this.#byAddress.get(addressKey(address)) ?? 0) >= limits.streamsPerAddress;
    if (isCrowd || this.#byId.size >= limits.streamConnectionsMax) {
      this.#context.count(isCrowd ? 'stream-refused-address' : 'stream-refused');
      this.#context.emit({ kind: 'close-stream', connection: id });
      return;
    }
    this.#add(id, listener, address, port);
  }

  /** The messages that `bytes` completed. */
  received(id: ConnectionId, bytes: Uint8Array, handle: (message: Uint8Array, peer: Peer) => void): void {
    const stream = this.#byId.get(id);
    if (stream === undefined) return;
    const items = stream.framer.push(bytes);
    if (items.length > 0 || stream.framer.bufferedBytes === 0) stream.beganAtMs = undefined;
    stream.hasSpoken ||= items.some(({ kind }) => kind === 'message');
    for (const item of items) {
      if (item.kind === 'message') handle(item.bytes, stream.peer);
      else if (item.kind === 'ping') {
        this.#context.count('keepalive');
        this.#context.emit({ kind: 'send-stream', connection: id, bytes: PONG });
      } else {
        this.#context.count(`malformed-stream-${item.why}`);
        this.#context.emit({ kind: 'close-stream', connection: id });
        return;
      }
    }
    this.#armIdle(stream);
  }

  /** Removes a connection that is gone; the tokens of what was sent on it and may be lost. */
  closed(id: ConnectionId): readonly string[] {
    const stream = this.#byId.get(id);
    if (stream === undefined) return [];
    this.#remove(stream);
    for (const token of stream.tokens) this.#byToken.delete(token);
    return [...stream.tokens];
  }

  isOpen(id: ConnectionId): boolean {
    return this.#byId.has(id);
  }

  /**
   * Sends on the destination's connection while it is open, else on any with that peer (RFC 5923), else on a new one. Of secure
   * ones only on those that we opened, and whose certificate was checked for the same name.
   */
  send(destination: Destination, bytes: Uint8Array, token?: string): void {
    const { connection } = destination;
    const stream =
      (connection === undefined ? undefined : this.#byId.get(connection)) ??
      this.#byRemote.get(remoteKey(destination)) ??
      this.#open(destination);
    if (token !== undefined) {
      stream.tokens.add(token);
      this.#byToken.set(token, stream);
    }
    this.#context.emit({ kind: 'send-stream', connection: stream.id, bytes });
  }

  /** The transaction is over: a connection that closes later is not its matter any more. */
  forget(token: string): void {
    this.#byToken.get(token)?.tokens.delete(token);
    this.#byToken.delete(token);
  }

  /** Whether a message to this peer would find a connection. */
  hasConnection(transport: Transport, address: string, port: number): boolean {
    return this.#byRemote.has(remoteKey({ transport, address, port }));
  }

  #open({ transport, listener, address, port, serverName }: Destination): Stream {
    const id = this.#nextOutbound;
    this.#nextOutbound -= 1;
    this.#context.emit({
      kind: 'open-stream',
      connection: id,
      transport,
      address,
      port,
      ...(serverName === undefined ? {} : { serverName }),
    });
    return this.#add(id, listener, address, port, serverName);
  }

  #add(id: ConnectionId, listener: number, address: string, port: number, serverName?: string): Stream {
    const { transport } = this.#context.options.listeners[listener] as Listener;
    const peer: Peer = { transport, listener, address, port, connection: id };
    const stream = new Stream(id, peer, serverName, this.#context.nowMs, (expired) => {
      // A call may be silent for longer than that, and a telephone behind NAT could not be reached again to end it.
      if (expired.hasSpoken && expired.beganAtMs === undefined && this.#isNeeded(expired.id)) {
        this.#armIdle(expired);
        return;
      }
      this.#context.count('stream-expired');
      // The shell reports the end of it, which fails what still waits for an answer on it.
      this.#context.emit({ kind: 'close-stream', connection: expired.id });
    });
    this.#byId.set(id, stream);
    this.#count(address, 1);
    if (stream.remoteKey !== undefined) this.#byRemote.set(stream.remoteKey, stream);
    this.#armIdle(stream);
    return stream;
  }

  /** A byte now and then puts no deadline off: only whole messages do. */
  #armIdle(stream: Stream): void {
    const { streamIdleMs, streamMessageMs, streamFirstMs } = this.#context.options.limits;
    const { nowMs } = this.#context;
    if (stream.framer.bufferedBytes > 0) stream.beganAtMs ??= nowMs;
    const byMs = [stream.beganAtMs === undefined ? nowMs + streamIdleMs : stream.beganAtMs + streamMessageMs];
    if (!stream.hasSpoken) byMs.push(stream.openedAtMs + streamFirstMs);
    this.#context.deadlines.set(stream, ms(Math.min(...byMs)));
  }

  #remove(stream: Stream): void {
    this.#context.deadlines.set(stream, undefined);
    this.#byId.delete(stream.id);
    this.#count(stream.peer.address, -1);
    const key = stream.remoteKey;
    if (key !== undefined && this.#byRemote.get(key) === stream) this.#byRemote.delete(key);
  }

  #count(address: string, change: 1 | -1): void {
    const key = addressKey(address);
    const count = (this.#byAddress.get(key) ?? 0) + change;
    if (count > 0) this.#byAddress.set(key, count);
    else this.#byAddress.delete(key);
  }
}

/** With the name that the certificate was checked for: one address may serve many. */
function remoteKey({
  transport,
  address,
  port,
  serverName = '',
}: Pick<Destination, 'transport' | 'address' | 'port'> & { readonly serverName?: string | undefined }): string {
  return `${transport}|${address}|${port}|${factsOf(transport).isSecure ? serverName.toLowerCase() : ''}`;
}

const PONG = new Uint8Array([0x0d, 0x0a]);
