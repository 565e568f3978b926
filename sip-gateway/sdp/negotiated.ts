import type { AgreedCrypto } from './crypto.ts';
import type { AudioCodec, CodecParameters, MediaDirection, ReceivedFormat, RemoteMedia } from '#media';

/** What both sides agreed on: everything that a media leg must know of the session. */
export interface Negotiated {
  /** Which media line carries the audio. */
  readonly lineIndex: number;
  /** What we send. */
  readonly codec: AudioCodec;
  readonly payloadType: number;
  /** What the peer asks for of it, from `a=fmtp`. */
  readonly parameters?: CodecParameters;
  /** All that we may receive: payload types may differ by direction, and a peer may change between codecs at any time. */
  readonly receives: readonly ReceivedFormat[];
  /** 10..60, a multiple of 10. */
  readonly ptimeMs: number;
  readonly telephoneEventPayloadType?: number;
  /** That of the codec where absent. */
  readonly telephoneEventClockHz?: number;
  readonly comfortNoisePayloadType?: number;
  /** RTP/AVPF was offered, and generic NACK in it; RFC 4585. */
  readonly feedback?: boolean;
  readonly nack?: boolean;
  readonly remote?: RemoteMedia;
  /** Absent: not encrypted. */
  readonly crypto?: AgreedCrypto;
  /** Ours. */
  readonly direction: MediaDirection;
  /** The peer does not listen: it holds the call. */
  readonly held: boolean;
}
