import type { Ms } from '#domain/units';
import type { Concealer } from '../jitter/concealment.ts';
import type { OutgoingStream } from '../rtp/outgoing-stream.ts';
import type { OpusLibrary } from './opus-library.ts';
import type { LineRateHz, SpeechRateHz } from './rates.ts';

/** What one side asks for by `a=fmtp`; names in lower case. */
export type CodecParameters = Readonly<Record<string, string>>;

/**
 * All that the legs and the SDP of both gateways know of a codec: a row of `CODECS`, under its name in `a=rtpmap`. Whoever adds one writes a file
 * that exports such a row, and its test.
 */
export interface Codec {
  /** The static payload type, where RFC 3551 table 4 has one. */
  readonly payloadType?: number;
  /** RTP clock, as in `a=rtpmap`. Not the sample rate: G.722 counts 8000 a second and sounds at 16000, Opus always counts 48000. */
  readonly clockHz: number;
  /** As in `a=rtpmap`; Opus says 2 whatever it carries. */
  readonly channels: 1 | 2;
  /** Of the line that the decoder writes. */
  readonly sampleRateHz: LineRateHz;
  /** Of the speech that the sender takes. */
  readonly speechRateHz: SpeechRateHz;
  /** Lengths of packets that the sender can make, rising. */
  readonly ptimesMs: readonly Ms[];
  /** Comfort noise of RFC 3389 goes with it, at its clock; else the codec has its own way to be silent. */
  readonly hasComfortNoise: boolean;
  /** A packet may bring a copy of the one before it, so that waiting for a lost one pays less. */
  readonly hasFec: boolean;
  /** What we want to be sent, as the value of `a=fmtp`. `asked`: what the far side wants; absent in an offer. */
  readonly fmtp?: (asked: CodecParameters | undefined) => string;
  createDecoder(means: DecoderMeans): Decoder;
  createSender(setup: SenderSetup): Sender;
}

/** Payloads of one stream in, samples of the caller's line out. */
export interface Decoder {
  /** Decodes bytes `start` to `end` into the beginning of `pcm`; returns the samples (at 16 kHz an even number), or -1 where it is malformed. */
  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number;
  /** Samples of the frame before this packet that it knows too (in-band FEC); 0: nothing. */
  recoverable(bytes: Uint8Array, start: number, end: number): number;
  /** Writes that frame; to be called right before `decode` of the same packet. Returns the samples. */
  recover(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number;
  /** `count` samples in place of lost ones; at most 20 ms. */
  conceal(pcm: Int16Array, count: number): void;
  /** Silence was put into the line: nothing of before may be repeated. */
  silence(): void;
  /** Frees what it holds. Idempotent. */
  close(): void;
}

/** Writes the packets of one leg. `count` is in samples at `speechRateHz`. */
export interface Sender {
  /** A packet of bot audio; valid until the packet after the next. Undefined where it could not be encoded. */
  voice(pcm: Int16Array, count: number): Uint8Array | undefined;
  /** What leaves while the bot is silent, if anything. */
  quiet(count: number): Uint8Array | undefined;
  /** Something else than audio left in the place of `count` samples: what follows begins a talkspurt. */
  pressed(count: number): void;
  /** Time passes and nothing leaves. */
  skip(count: number): void;
  /** The same codec under another number. */
  setFormat(payloadType: number, comfortNoisePayloadType: number | undefined): void;
  /** Something has come from the far side: the path is open. */
  heard(): void;
  /** What the far side says it loses of ours, 0 to 1. */
  setRemoteLoss(lossRatio: number): void;
  /** What the thread can afford, 0 to 10; see `complexity.ts`. */
  setComplexity(complexity: number): void;
  /** Frees what it holds. Idempotent. */
  close(): void;
}

/** What decoders may use. */
export interface DecoderMeans {
  /** Of the line, at its rate; shared by all codecs that have no concealment of their own. */
  readonly concealer: Concealer;
  /** Absent where a thread was started without. */
  readonly opus: OpusLibrary | undefined;
}

export interface SenderSetup {
  /** Of the leg: it goes on where the codec changes. */
  readonly stream: OutgoingStream;
  readonly payloadType: number;
  readonly comfortNoisePayloadType: number | undefined;
  /** What the far side asks for. */
  readonly parameters: CodecParameters;
  readonly opus: OpusLibrary | undefined;
  readonly opusOptions: { readonly bitrateBps: number; readonly complexity: number };
}

/** The length of packets nearest to what is wanted: the longest that is not longer, or the shortest. */
export function packetMs({ ptimesMs }: Pick<Codec, 'ptimesMs'>, wantedMs: Ms): Ms {
  let best = ptimesMs[0]!;
  for (const lengthMs of ptimesMs) if (lengthMs <= wantedMs) best = lengthMs;
  return best;
}

/** Longest packet that is taken, in samples of the line: 200 ms at 16 kHz, the most that RFC 3551 section 4.2 asks receivers to accept. */
export const MAX_LINE_SAMPLES = 3200;
/** Of its payload: 200 ms of G.711, and more than an Ethernet frame holds. */
export const MAX_PAYLOAD_BYTES = 1600;
