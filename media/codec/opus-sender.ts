import type { Ms } from '#domain/units';
import type { OutgoingStream } from '../rtp/outgoing-stream.ts';
import { RTP_HEADER_BYTES } from '../rtp/packet.ts';
import type { Sender } from './codec.ts';
import { LossForecast } from './loss-forecast.ts';
import { MAX_OPUS_BYTES, OPUS_CLOCK_HZ, OPUS_SPEECH_HZ, type OpusEncoder } from './opus-library.ts';

/**
 * Writes the Opus packets that leave one leg (core). While the bot is silent nothing is encoded: the end of its speech is flushed out of the
 * encoder, then a packet without sound every 400 ms says that the silence is meant, as an encoder with DTX does, and the marker
 * tells where speech begins again (RFC 7587 sections 3.1.3 and 4.2). Until something has come from the far side nobody knows whether
 * anything gets there: such packets then leave at every tick, so that the first does as soon as the transport lets it.
 */
export class OpusSender implements Sender {
  readonly #stream: OutgoingStream;
  readonly #encoder: OpusEncoder;
  readonly #loss = new LossForecast();
  #payloadType: number;
  readonly #packets = [new Uint8Array(MAX_BYTES), new Uint8Array(MAX_BYTES)] as const;
  #flip: 0 | 1 = 0;
  #wasVoice = false;
  #flushLeftMs: Ms = 0;
  #keepAliveInMs: Ms = 0;
  #eagerLeftMs: Ms = MAX_EAGER_MS;
  #toc = FIRST_TOC;

  constructor(stream: OutgoingStream, encoder: OpusEncoder, payloadType: number) {
    this.#stream = stream;
    this.#encoder = encoder;
    this.#payloadType = payloadType;
  }

  voice(pcm: Int16Array, count: number): Uint8Array | undefined {
    const packet = this.#encoded(pcm, count, !this.#wasVoice);
    this.#wasVoice = true;
    this.#flushLeftMs = FLUSH_MS;
    return packet;
  }

  setFormat(payloadType: number): void {
    this.#payloadType = payloadType;
  }

  heard(): void {
    if (this.#eagerLeftMs <= 0) return;
    this.#eagerLeftMs = 0;
    this.#keepAliveInMs = 0;
  }

  quiet(count: number): Uint8Array | undefined {
    this.#wasVoice = false;
    const frameMs = count / SAMPLES_PER_MS;
    if (this.#flushLeftMs > 0) {
      this.#flushLeftMs -= frameMs;
      this.#keepAliveInMs = 0;
      return this.#encoded(noSound, count, false);
    }
    const isDue = this.#keepAliveInMs <= 0;
    if (isDue) this.#keepAliveInMs = this.#eagerLeftMs > 0 ? 0 : KEEP_ALIVE_MS;
    this.#keepAliveInMs -= frameMs;
    this.#eagerLeftMs -= frameMs;
    const packet = isDue ? this.#finish(this.#toc, 1) : undefined;
    this.skip(count);
    return packet;
  }

  pressed(count: number): void {
    this.#wasVoice = false;
    this.skip(count);
  }

  setRemoteLoss(lossRatio: number): void {
    const packetLossPercent = this.#loss.reported(lossRatio);
    if (packetLossPercent !== undefined) this.#encoder.set({ packetLossPercent });
  }

  setComplexity(complexity: number): void {
    this.#encoder.set({ complexity });
  }

  close(): void {
    this.#encoder.close();
  }

  skip(count: number): void {
    this.#stream.skip(count * TICKS_PER_SAMPLE);
  }

  #encoded(pcm: Int16Array, count: number, marker: boolean): Uint8Array | undefined {
    const into = this.#next();
    const length = this.#encoder.encode(pcm, count, into, RTP_HEADER_BYTES);
    if (length > 0) this.#toc = into[RTP_HEADER_BYTES]! & SINGLE_FRAME;
    const packet = length > 0 ? into.subarray(0, RTP_HEADER_BYTES + length) : undefined;
    if (packet !== undefined) this.#stream.head(packet, marker, this.#payloadType);
    this.skip(count);
    return packet;
  }

  #finish(toc: number, length: number): Uint8Array {
    const packet = this.#next().subarray(0, RTP_HEADER_BYTES + length);
    packet[RTP_HEADER_BYTES] = toc;
    this.#stream.head(packet, false, this.#payloadType);
    return packet;
  }

  #next(): Uint8Array {
    this.#flip = this.#flip === 0 ? 1 : 0;
    return this.#packets[this.#flip];
  }
}

const SAMPLES_PER_MS = OPUS_SPEECH_HZ / 1000;
const TICKS_PER_SAMPLE = OPUS_CLOCK_HZ / OPUS_SPEECH_HZ;
const MAX_BYTES = RTP_HEADER_BYTES + MAX_OPUS_BYTES;
/** The encoder holds back 6.5 ms, and what comes last should be heard to end. */
const FLUSH_MS = 40;
/** What libopus does, and so what receivers know. */
const KEEP_ALIVE_MS = 400;
/** As long as connecting may take. */
const MAX_EAGER_MS = 10_000;
/** A first byte with the mode of the packet before and one frame, which is empty. */
const SINGLE_FRAME = 0xfc;
/** SILK, wide band, 20 ms, mono: for a leg on which the bot has not spoken yet. RFC 6716 section 3.1. */
const FIRST_TOC = 9 << 3;
const noSound = new Int16Array(60 * SAMPLES_PER_MS);
