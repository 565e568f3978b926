import type { LegId } from '#domain/call';
import type { LegMedia, LegMediaStats } from '#domain/leg-media';

/** What the gateway needs from media: one leg of RTP at a time. `#media` satisfies it; tests bring their own. */
export interface MediaPool {
  /** Throws `AppError` with code `NO_PORTS` when none is free. */
  openLeg(spec: LegSpec): Promise<OpenLeg>;
  close(): Promise<void>;
}

export interface OpenLeg extends LegMedia {
  /** UDP ports that are bound for this leg. */
  readonly localPort: number;
  readonly localRtcpPort: number;
  /** Takes effect with the next packet. A new `remote` makes the leg latch again. */
  update(change: Partial<Omit<LegSpec, 'legId'>>): void;
  close(): Promise<LegMediaStats>;
}

/** A payload type that the peer may use; RTP clock 8000. */
export interface ReceivedFormat {
  readonly payloadType: number;
  readonly encoding: AudioCodec | 'telephone-event' | 'CN';
}

export interface LegSpec {
  readonly legId: LegId;
  /** What is sent. */
  readonly codec: AudioCodec;
  /** RTP payload type of the codec, as the peer named it. */
  readonly payloadType: number;
  /** All that may come in, where that is more than what is sent; RFC 3264 sections 5.1 and 6.1. */
  readonly receives?: readonly ReceivedFormat[];
  /** Audio in each packet that we send, ms. */
  readonly ptimeMs: number;
  readonly telephoneEventPayloadType?: number;
  readonly comfortNoisePayloadType?: number;
  /** Where the peer says it listens; absent while it is unknown. */
  readonly remote?: RemoteMedia;
  /** Where the signalling came from: the second guess for the first packet's source. */
  readonly signallingAddress: string;
  /** Ours: `recvonly` sends nothing, `sendonly` expects nothing. */
  readonly direction: Direction;
  /** The peer put us on hold: playout stands still and silence is not a fault. */
  readonly held?: boolean;
}

export interface RemoteMedia {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort?: number;
  readonly rtcpMux?: boolean;
}

export type AudioCodec = 'PCMU' | 'PCMA';
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
