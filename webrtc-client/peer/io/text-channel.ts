import type { Ms } from '#domain/units';
import { TokenBucket } from '#kit/token-bucket';
import { Event, RTCSctpTransport, type RTCDtlsTransport } from 'werift';
import { ACKNOWLEDGEMENT, CONTROL, TEXT, TEXT_EMPTY, TextChannel } from '../data-channel.ts';
import { isTolerableSctp, sctpChunks } from '../sctp-guard.ts';

export interface SctpListener {
  /** An SCTP packet for DTLS. */
  send(packet: Uint8Array): void;
  opened(): void;
  text(text: string): void;
  /** Far more comes than anybody needs to send, and goes on coming. */
  flooded(): void;
}

/** werift's SCTP carrying one text channel. Whatever the peer sends, nothing is thrown and no promise is left to reject. */
export class SctpTextChannel {
  readonly #sctp: WeriftSctp;
  readonly #core: TextChannel;
  readonly #listener: SctpListener;
  readonly #chunks = new TokenBucket({ perSecond: CHUNKS_PER_SECOND, capacity: CHUNKS_AT_ONCE });
  #closed = false;
  /** Packets and messages that were not taken, and messages that were not sent for want of room. */
  readonly counts = { refusedPackets: 0, ignoredMessages: 0, droppedTexts: 0 };

  constructor(remotePort: number, label: string, longestBytes: number, listener: SctpListener) {
    this.#core = new TextChannel(label, longestBytes);
    this.#listener = listener;
    const transport = new RTCSctpTransport(LOCAL_PORT);
    // Only these members are used of a DTLS transport. `controlled`: the peer begins the association.
    transport.setDtlsTransport({
      id: 'parley',
      iceTransport: { role: 'controlled' },
      onStateChange: new Event(),
      dataReceiver: () => undefined,
      sendData: (packet: Uint8Array) => {
        if (!this.#closed) listener.send(packet);
        return Promise.resolve();
      },
    } as unknown as RTCDtlsTransport);
    this.#sctp = transport.sctp as unknown as WeriftSctp;
    this.#sctp.isServer = true;
    this.#sctp.advertisedRwnd = RECEIVE_WINDOW_BYTES;
    // werift's own channels throw in event handlers: ours take their place.
    this.#sctp.onReceive.allUnsubscribe();
    this.#sctp.onReceive.subscribe((streamId, protocol, data) => this.#message(streamId, protocol, data));
    this.#sctp.onReconfigStreams.allUnsubscribe();
    this.#sctp.onReconfigStreams.subscribe((streamIds) => this.#core.reset(streamIds));
    this.#sctp.onSackReceived = () => Promise.resolve();
    // Its timers call these and hold no promise: a rejection would end the process.
    for (const name of ['transmit', 'timerHeartbeatExpired', 'timerReconfigHandleExpired'] as const) {
      const run = this.#sctp[name].bind(this.#sctp);
      this.#sctp[name] = () => run().catch(() => undefined);
    }
    this.#sctp.start(remotePort).catch(() => undefined);
  }

  receive(nowMs: Ms, packet: Uint8Array): void {
    if (this.#closed) return;
    // A packet that is not taken is sent again, later each time (RFC 9260 section 7.2): the peer is slowed down, and loses nothing.
    if (this.#chunks.refused > MAX_REFUSED_CHUNKS) {
      this.close();
      this.#listener.flooded();
      return;
    }
    if (
      !isTolerableSctp(packet, this.#sctp.lastReceivedTsn) ||
      this.#sctp.advertisedRwnd < 0 ||
      !this.#chunks.take(nowMs, sctpChunks(packet))
    ) {
      this.counts.refusedPackets += 1;
      return;
    }
    this.#sctp.handleData(Buffer.from(packet.buffer, packet.byteOffset, packet.length)).catch(() => (this.counts.refusedPackets += 1));
  }

  /** Dropped and counted while the channel is not open, or when the peer takes too long to read. */
  sendText(text: string): void {
    const streamId = this.#core.streamId;
    if (this.#closed || streamId === undefined || this.#sctp.outboundQueue.length > MAX_QUEUED_CHUNKS) {
      this.counts.droppedTexts += 1;
      return;
    }
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length === 0) this.#send(streamId, TEXT_EMPTY, Buffer.of(0));
    else this.#send(streamId, TEXT, bytes);
  }

  close(): void {
    if (this.#closed) return;
    // The ABORT goes out in this very call.
    this.#sctp.stop().catch(() => undefined);
    this.#closed = true;
    this.#sctp.onReceive.allUnsubscribe();
    this.#sctp.onReconfigStreams.allUnsubscribe();
  }

  #message(streamId: number, protocol: number, data: Buffer): void {
    for (const action of this.#core.receive(streamId, protocol, data)) {
      if (this.#closed) return;
      switch (action.kind) {
        case 'acknowledge':
          this.#send(action.streamId, CONTROL, Buffer.from(ACKNOWLEDGEMENT));
          break;
        case 'opened':
          this.#listener.opened();
          break;
        case 'text':
          this.#listener.text(action.text);
          break;
        case 'ignored':
          this.counts.ignoredMessages += 1;
          break;
        default:
          action satisfies never;
      }
    }
  }

  #send(streamId: number, protocol: number, bytes: Buffer): void {
    this.#sctp.send(streamId, protocol, bytes, { ordered: true }).catch(() => (this.counts.droppedTexts += 1));
  }
}

/** What is used of werift's SCTP, members included that it does not mean to show. */
interface WeriftSctp {
  isServer: boolean;
  advertisedRwnd: number;
  /** Undefined as long as no association has begun. */
  readonly lastReceivedTsn: number | undefined;
  readonly outboundQueue: readonly unknown[];
  readonly onReceive: Event<[streamId: number, protocol: number, data: Buffer]>;
  readonly onReconfigStreams: Event<[streamIds: number[]]>;
  onSackReceived: () => Promise<void>;
  transmit: () => Promise<void>;
  timerHeartbeatExpired: () => Promise<void>;
  timerReconfigHandleExpired: () => Promise<void>;
  handleData(packet: Buffer): Promise<void>;
  send(streamId: number, protocol: number, bytes: Buffer, options: { ordered: boolean }): Promise<void>;
  start(remotePort: number): Promise<void>;
  stop(): Promise<void>;
}

/** RFC 8841: the port that the answer names. */
const LOCAL_PORT = 5000;
/** Two of the longest messages and what comes meanwhile. */
const RECEIVE_WINDOW_BYTES = 262_144;
/** Of about 1.1 kB each. */
const MAX_QUEUED_CHUNKS = 240;
/**
 * Guesses, well above what a page sends: 60 chunks are the longest message, and each message of ours is acknowledged by one. Of tiny messages 64 fit into a
 * packet, and each is work.
 */
const CHUNKS_PER_SECOND = 400;
const CHUNKS_AT_ONCE = 1_200;
/** Whoever is slowed down stops long before. */
const MAX_REFUSED_CHUNKS = 4_000;
