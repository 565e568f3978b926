import { invariant } from '#domain/assert';
import { Concealer } from '../jitter/concealment.ts';
import type { Codec, Decoder } from './codec.ts';
import type { LineRateHz } from './rates.ts';
import { CODECS, type AudioCodec } from './codecs.ts';
import type { OpusLibrary } from './opus-library.ts';

/**
 * The decoders of a caller's line: one for each codec that may come. The line follows what comes: it has the rate of the codec whose packet was selected last,
 * because a sender may change between the codecs that were agreed on at any packet (RFC 3264 section 6.1).
 */
export class LineDecoders {
  readonly #opus: OpusLibrary | undefined;
  readonly #decoders = new Map<AudioCodec, Decoder>();
  readonly #concealers = new Map<LineRateHz, Concealer>();
  #codecs: ReadonlyMap<number, AudioCodec>;
  #name: AudioCodec;
  codec: Codec;
  decoder: Decoder;
  #payloadType = -1;

  /** `first`: the codec that the line has before anything has come. */
  constructor(codecs: ReadonlyMap<number, AudioCodec>, first: AudioCodec, opus: OpusLibrary | undefined) {
    this.#opus = opus;
    this.#codecs = codecs;
    this.#name = first;
    this.codec = CODECS[first];
    this.decoder = this.#decoderOf(first);
  }

  /** Which payload types may come from now on. */
  setCodecs(codecs: ReadonlyMap<number, AudioCodec>): void {
    this.#codecs = codecs;
    this.#payloadType = -1;
    const named = new Set(codecs.values());
    for (const [name, decoder] of this.#decoders) {
      if (named.has(name) || name === this.#name) continue;
      decoder.close();
      this.#decoders.delete(name);
    }
  }

  /** Makes `decoder` and `codec` those of an audio payload type. True: the RTP clock or the rate of the line is another one now. */
  select(payloadType: number): boolean {
    if (payloadType === this.#payloadType) return false;
    const name = this.#codecs.get(payloadType);
    invariant(name !== undefined, `payload type ${payloadType} is no audio`);
    this.#payloadType = payloadType;
    if (name === this.#name) return false;
    const before = this.codec;
    this.#name = name;
    this.codec = CODECS[name];
    this.decoder = this.#decoderOf(name);
    const isOther = before.sampleRateHz !== this.codec.sampleRateHz || before.clockHz !== this.codec.clockHz;
    if (isOther) this.decoder.silence();
    return isOther;
  }

  close(): void {
    for (const decoder of this.#decoders.values()) decoder.close();
  }

  #decoderOf(name: AudioCodec): Decoder {
    let decoder = this.#decoders.get(name);
    if (decoder === undefined) {
      const codec = CODECS[name];
      decoder = codec.createDecoder({ concealer: this.#concealer(codec.sampleRateHz), opus: this.#opus });
      this.#decoders.set(name, decoder);
    }
    return decoder;
  }

  #concealer(rateHz: LineRateHz): Concealer {
    let concealer = this.#concealers.get(rateHz);
    if (concealer === undefined) {
      concealer = new Concealer(rateHz);
      this.#concealers.set(rateHz, concealer);
    }
    return concealer;
  }
}
