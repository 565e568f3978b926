import type { LegId } from '#domain/call';
import type { Ms } from '#domain/units';
import type { G711Law } from './codec/g711.ts';
import type { PeerSetup } from './peer-transport.ts';

/** Where the far side wants its packets. */
export interface RemoteMedia {
  readonly address: string;
  readonly port: number;
  /** Where its RTCP goes; the port after `port` where absent. */
  readonly rtcpPort?: number;
  /** RTP and RTCP share one port; RFC 5761. */
  readonly rtcpMux?: boolean;
}

/** As `a=sendrecv` and the rest say it; RFC 3264 section 5.1. */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** A payload type that the far side may use; RTP clock 8000. */
export interface ReceivedFormat {
  readonly payloadType: number;
  readonly encoding: G711Law | 'telephone-event' | 'CN';
}

/** What signalling has agreed on for one leg. Plain data: it crosses a thread boundary. */
export interface LegSpec {
  readonly legId: LegId;
  /** What is sent. */
  readonly codec: G711Law;
  readonly payloadType: number;
  /** All that may come in, where that is more than what is sent: payload types may differ by direction, and codecs change from packet to packet (RFC 3264 sections 5.1 and 6.1). */
  readonly receives?: readonly ReceivedFormat[];
  /** Audio in a packet that we send. */
  readonly ptimeMs: Ms;
  readonly telephoneEventPayloadType?: number;
  /** Absent: not offered, so none is sent (what comes with the static type 13 is understood all the same). */
  readonly comfortNoisePayloadType?: number;
  readonly remote?: RemoteMedia;
  /** The address that signalling comes from. */
  readonly signallingAddress: string;
  /** Seen from us. */
  readonly direction: MediaDirection;
  /** The caller put us on hold: the bot pauses, and so does the media time-out. */
  readonly held?: boolean;
}

export type LegChange = Partial<Omit<LegSpec, 'legId'>>;

/** What signalling has agreed on for one browser leg. Its source is authenticated, so nothing is latched. */
export interface PeerLegSpec {
  readonly legId: LegId;
  readonly codec: 'opus' | G711Law;
  readonly payloadType: number;
  readonly ptimeMs: Ms;
  readonly telephoneEvent?: { readonly payloadType: number; readonly clockHz: number };
  readonly comfortNoisePayloadType?: number;
  /** What the far side wants of Opus; RFC 7587 section 6. */
  readonly opus?: { readonly useInbandFec: boolean; readonly useDtx: boolean; readonly maxAverageBitrate?: number };
  /** Generic NACK was agreed on (RFC 4585): lost packets are asked for, and what left is kept to be sent again. */
  readonly nack: boolean;
  readonly direction: MediaDirection;
  readonly peer: PeerSetup;
}

export type PeerLegChange = Partial<Pick<PeerLegSpec, 'direction'>>;

/** A leg whose audio comes and goes as PCM over a stream that keeps order, such as a WebSocket. */
export interface PcmLegSpec {
  readonly legId: LegId;
  /** Rate of what the caller sends. */
  readonly inputRateHz: 8000 | 16000;
  /** Audio in a chunk that leaves, 24 kHz mono. */
  readonly chunkMs: Ms;
  /** How far ahead of the clock chunks leave, so that the network may be late without a gap. */
  readonly leadMs: Ms;
}
