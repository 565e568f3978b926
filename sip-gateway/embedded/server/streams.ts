import { ms } from '#domain/units';
import { StreamFramer } from '../message/stream-framer.ts';
import type { Context, Wakeable } from './context.ts';
import type { ConnectionId, Peer } from './types.ts';

class Stream implements Wakeable {
  readonly id: ConnectionId;
  readonly peer: Peer;
  readonly framer = new StreamFramer();
  /** Client transactions that were sent here and fail with it. */
  readonly tokens = new Set<string>();
  readonly #expired: (stream: Stream) => void;

  constructor(id: ConnectionId, peer: Peer, expired: (stream: Stream) => void) {
    this.id = id;
    this.peer = peer;
    this.#expired = expired;
  }

  wake(): void {
    this.#expired(this);
  }
}

/** The open stream connections, inbound and outbound, and the messages that are cut from them. */
export class Streams {
  readonly #context: Context;
  readonly #byId = new Map<ConnectionId, Stream>();
  readonly #byRemote = new Map<string, Stream>();
  readonly #byToken = new Map<string, Stream>();
  /** Outbound ids count down from -1, so that they never meet those of the shell. */
  #nextOutbound = -1;

  constructor(context: Context) {
    this.#context = context;
  }

  get size(): number {
    return this.#byId.size;
  }

  opened(id: ConnectionId, listener: number, address: string, port: number): void {
    if (this.#byId.size >= this.#context.options.limits.streamConnectionsMax) {
      this.#context.count('stream-refused');
      this.#context.emit({ kind: 'close-stream', connection: id });
      return;
    }
    this.#add(id, listener, address, port);
  }

  /** The messages that `bytes` completed. */
  received(id: ConnectionId, bytes: Uint8Array, handle: (message: Uint8Array, peer: Peer) => void): void {
    const stream = this.#byId.get(id);
    if (stream === undefined) return;
    for (const item of stream.framer.push(bytes)) {
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

  /** Sends on `preferred` while it is open, else on any connection with that peer, else on a new one. */
  send(listener: number, address: string, port: number, preferred: ConnectionId | undefined, bytes: Uint8Array, token?: string): void {
    const stream = (preferred === undefined ? undefined : this.#byId.get(preferred))
      ?? this.#byRemote.get(remoteKey(address, port))
      ?? this.#open(listener, address, port);
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

  /** The connection that a message to this peer would take. */
  find(address: string, port: number): ConnectionId | undefined {
    return this.#byRemote.get(remoteKey(address, port))?.id;
  }

  #open(listener: number, address: string, port: number): Stream {
    const id = this.#nextOutbound;
    this.#nextOutbound -= 1;
    this.#context.emit({ kind: 'open-stream', connection: id, listener, address, port });
    return this.#add(id, listener, address, port);
  }

  #add(id: ConnectionId, listener: number, address: string, port: number): Stream {
    const peer: Peer = { transport: 'tcp', listener, address, port, connection: id };
    const stream = new Stream(id, peer, (expired) => {
      this.#context.count('stream-expired');
      // The shell reports the end of it, which fails what still waits for an answer on it.
      this.#context.emit({ kind: 'close-stream', connection: expired.id });
    });
    this.#byId.set(id, stream);
    this.#byRemote.set(remoteKey(address, port), stream);
    this.#armIdle(stream);
    return stream;
  }

  #armIdle(stream: Stream): void {
    const { streamIdleMs, streamMessageMs } = this.#context.options.limits;
    const waitMs = stream.framer.bufferedBytes > 0 ? streamMessageMs : streamIdleMs;
    this.#context.deadlines.set(stream, ms(this.#context.nowMs + waitMs));
  }

  #remove(stream: Stream): void {
    this.#context.deadlines.set(stream, undefined);
    this.#byId.delete(stream.id);
    const key = remoteKey(stream.peer.address, stream.peer.port);
    if (this.#byRemote.get(key) === stream) this.#byRemote.delete(key);
  }
}

function remoteKey(address: string, port: number): string {
  return `${address}|${port}`;
}

const PONG = new Uint8Array([0x0d, 0x0a]);
