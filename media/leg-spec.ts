import type { LegId } from '#domain/call';
import type { Ms } from '#domain/units';
import type { CodecParameters } from './codec/codec.ts';
import type { LineRateHz } from './codec/rates.ts';
import type { AudioCodec } from './codec/codecs.ts';
import type { PeerSetup } from './peer-transport.ts';
import type { SrtpKeying } from './srtp/srtp-keys.ts';

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

/** A payload type that the far side may use. */
export interface ReceivedFormat {
  readonly payloadType: number;
  readonly encoding: AudioCodec | 'telephone-event' | 'CN';
  /** RTP clock of telephone events, where it is not 8000. */
  readonly clockHz?: number;
}

/** What signalling has agreed on for the audio of an RTP leg, whatever carries it. Plain data: it crosses a thread boundary. */
export interface AgreedAudio {
  /** What is sent. */
  readonly codec: AudioCodec;
  readonly payloadType: number;
  /** What the far side asks for of the codec. */
  readonly parameters?: CodecParameters;
  /** All that may come in, where that is more than what is sent: payload types may differ by direction, and codecs change from packet to packet (RFC 3264 sections 5.1 and 6.1). */
  readonly receives?: readonly ReceivedFormat[];
  /** Audio in a packet that we send. */
  readonly ptimeMs: Ms;
  readonly telephoneEventPayloadType?: number;
  /** RTP clock of telephone events; that of the codec where absent. At another one they are understood and never sent (RFC 4733 section 2.1). */
  readonly telephoneEventClockHz?: number;
  /** Absent: not offered, so none is sent (what comes with the static type 13 is understood all the same). */
  readonly comfortNoisePayloadType?: number;
  /** RTCP may tell of a fault at once (the profiles RTP/AVPF and RTP/SAVPF, RFC 4585): it reports often, and how long gaps are waited for follows the network. */
  readonly feedback?: boolean;
  /** Generic NACK was agreed on (RFC 4585): lost packets are asked for, and what left is kept to be sent again. */
  readonly nack?: boolean;
  /** Seen from us. */
  readonly direction: MediaDirection;
  /** The caller put us on hold: the bot pauses, and so does the media time-out. */
  readonly held?: boolean;
}

/** A leg over plain UDP. */
export interface LegSpec extends AgreedAudio {
  readonly legId: LegId;
  readonly remote?: RemoteMedia;
  /** The address that signalling comes from. */
  readonly signallingAddress: string;
  /** Absent: not encrypted. `awaited`: our own keys have been named, the caller's have not come yet; nothing passes until then. */
  readonly srtp?: SrtpKeying | 'awaited';
}

export type LegChange = Partial<Omit<LegSpec, 'legId'>>;

/** A browser leg. Its source is authenticated, so nothing is latched. */
export interface PeerLegSpec extends AgreedAudio {
  readonly legId: LegId;
  readonly peer: PeerSetup;
}

export type PeerLegChange = Partial<Pick<PeerLegSpec, 'direction'>>;

/** A leg whose audio comes and goes as PCM over a stream that keeps order, such as a WebSocket. */
export interface PcmLegSpec {
  readonly legId: LegId;
  /** Rate of what the caller sends. */
  readonly inputRateHz: LineRateHz;
  /** Audio in a chunk that leaves, 24 kHz mono. */
  readonly chunkMs: Ms;
  /** How far ahead of the clock chunks leave, so that the network may be late without a gap. */
  readonly leadMs: Ms;
}
