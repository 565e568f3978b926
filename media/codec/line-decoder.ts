/** Payloads of one codec, or of several that share its clock, in, samples of the caller's line out; one stream at a time. */
export interface LineDecoder {
  /** RTP clock of the payloads, a multiple of the line's rate. */
  readonly rtpClockHz: number;
  readonly lineRateHz: 8000 | 16000;
  /** Decodes bytes `start` to `end` into the beginning of `pcm`; returns the samples, an even number, or -1 where it is malformed. */
  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array, payloadType: number): number;
  /** Samples of the frame before this packet that it knows too (in-band FEC); 0: nothing. */
  recoverable(bytes: Uint8Array, start: number, end: number): number;
  /** Writes that frame; to be called right before `decode` of the same packet. Returns the samples. */
  recover(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number;
  /** `count` samples in place of lost ones; at most 20 ms. */
  conceal(pcm: Int16Array, count: number): void;
  /** Silence was put into the line: nothing of before may be repeated. */
  silence(): void;
}

/** Longest packet of any codec: 200 ms at 8 kHz, 120 ms at 16 kHz. */
export const MAX_LINE_SAMPLES = 1920;
