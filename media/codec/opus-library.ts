/** What an Opus encoder is started with; all of it can be changed while it runs. */
export interface OpusSettings {
  /** Average, bits per second. */
  readonly bitrate: number;
  /** 0 to 10: how much work is done for the same bits. */
  readonly complexity: number;
  /** Packets carry a coarse copy of the frame before them, as far as losses are expected; RFC 6716 section 2.1.7. */
  readonly inbandFec: boolean;
  /** What the far side is expected to lose, 0 to 100 percent. */
  readonly packetLossPercent: number;
}

/** Opus for speech (RFC 6716): 24 kHz mono goes in, 16 kHz mono comes out, without any resampling of our own. */
export interface OpusLibrary {
  createEncoder(settings: OpusSettings): OpusEncoder;
  createDecoder(): OpusDecoder;
}

export interface OpusEncoder {
  /** Encodes `count` samples at 24 kHz (10, 20, 40 or 60 ms) into `into` from `at` on; returns the bytes written, 0 where it failed. */
  encode(pcm: Int16Array, count: number, into: Uint8Array, at: number): number;
  set(settings: Partial<OpusSettings>): void;
  /** Frees the memory. Idempotent; nothing may be encoded afterwards. */
  close(): void;
}

/** Whatever comes from the network may be given to it: what is not Opus is answered by -1. */
export interface OpusDecoder {
  /** Decodes bytes `start` to `end` into the beginning of `pcm`, which holds 120 ms; returns the samples at 16 kHz, or -1. Stereo is mixed. */
  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number;
  /** What the packet knows of the `count` samples before it; where it knows nothing they are concealed. Samples, or -1. */
  decodeFec(bytes: Uint8Array, start: number, end: number, pcm: Int16Array, count: number): number;
  /** `count` samples (a multiple of 2.5 ms, at most 120 ms) in place of lost ones. Samples, or -1. */
  conceal(pcm: Int16Array, count: number): number;
  close(): void;
}

/** RTP clock of Opus whatever is coded; RFC 7587 section 4.1. */
export const OPUS_CLOCK_HZ = 48_000;
/** What comes out of a decoder. */
export const OPUS_LINE_HZ = 16_000;
/** What goes into an encoder. */
export const OPUS_SPEECH_HZ = 24_000;
/** Longest packet, 120 ms, at 16 kHz. */
export const MAX_OPUS_SAMPLES = 1920;
/** 20 ms packets never need more, and a UDP datagram should not. */
export const MAX_OPUS_BYTES = 1275;
