import type { Ms } from '#domain/units';
import type { OutgoingStream } from '../rtp/outgoing-stream.ts';
import { RTP_HEADER_BYTES } from '../rtp/packet.ts';
import type { Sender, SenderSetup } from './codec.ts';
import { writeComfortNoise } from './comfort-noise.ts';

/** Encodes `count` samples into `bytes` from `start` on. */
export type Encode = (pcm: Int16Array, count: number, bytes: Uint8Array, start: number) => void;

export interface WaveformRates {
  readonly bytesPerSample: number;
  readonly samplesPerMs: number;
  readonly ticksPerSample: number;
}

/** Writes packets of a codec that knows no frames (core); the marker tells where a talkspurt begins (RFC 3551 section 4.1). */
export class WaveformSender implements Sender {
  readonly #stream: OutgoingStream;
  readonly #encode: Encode;
  readonly #rates: WaveformRates;
  #payloadType: number;
  #comfortNoisePayloadType: number | undefined;
  #wasVoice = false;
  #noiseInMs: Ms = 0;
  /** Two, because a socket may still hold the one before. */
  #packets: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  #flip: 0 | 1 = 0;

  constructor(setup: SenderSetup, encode: Encode, rates: WaveformRates) {
    this.#stream = setup.stream;
    this.#encode = encode;
    this.#rates = rates;
    this.#payloadType = setup.payloadType;
    this.#comfortNoisePayloadType = setup.comfortNoisePayloadType;
  }

  setFormat(payloadType: number, comfortNoisePayloadType: number | undefined): void {
    this.#payloadType = payloadType;
    this.#comfortNoisePayloadType = comfortNoisePayloadType;
  }

  voice(pcm: Int16Array, count: number): Uint8Array {
    const packet = this.#audio(pcm, count, !this.#wasVoice);
    this.#wasVoice = true;
    this.#noiseInMs = 0;
    return packet;
  }

  /** Silence, or where comfort noise was agreed on a noise packet now and then. */
  quiet(count: number): Uint8Array | undefined {
    this.#wasVoice = false;
    if (this.#comfortNoisePayloadType !== undefined) return this.#comfortNoise(count, this.#comfortNoisePayloadType);
    return this.#audio(noSound, count, false);
  }

  pressed(count: number): void {
    this.#wasVoice = false;
    this.skip(count);
  }

  skip(count: number): void {
    this.#stream.skip(count * this.#rates.ticksPerSample);
  }

  heard(): void {
    // It sends all the time anyway.
  }

  setRemoteLoss(): void {
    // Nothing can be done about it.
  }

  setComplexity(): void {
    // It is always the same work.
  }

  close(): void {
    // Holds nothing.
  }

  #audio(pcm: Int16Array, count: number, marker: boolean): Uint8Array {
    const packet = this.#packet(count * this.#rates.bytesPerSample);
    this.#encode(pcm, count, packet, RTP_HEADER_BYTES);
    this.#stream.head(packet, marker, this.#payloadType);
    this.skip(count);
    return packet;
  }

  #comfortNoise(count: number, payloadType: number): Uint8Array | undefined {
    const due = this.#noiseInMs <= 0;
    if (due) this.#noiseInMs = NOISE_EVERY_MS;
    this.#noiseInMs -= count / this.#rates.samplesPerMs;
    const packet = due ? new Uint8Array(RTP_HEADER_BYTES + 1) : undefined;
    if (packet !== undefined) {
      writeComfortNoise(packet, RTP_HEADER_BYTES, NOISE_DBOV);
      this.#stream.head(packet, false, payloadType);
    }
    this.skip(count);
    return packet;
  }

  #packet(payloadBytes: number): Uint8Array {
    const length = RTP_HEADER_BYTES + payloadBytes;
    if (this.#packets[0].length !== length) this.#packets = [new Uint8Array(length), new Uint8Array(length)];
    this.#flip = this.#flip === 0 ? 1 : 0;
    return this.#packets[this.#flip];
  }
}

/** Keeps NAT bindings and the far side's timers alive. */
const NOISE_EVERY_MS = 200;
/** A quiet room. */
const NOISE_DBOV = -68;
/** The longest packet: 60 ms at 16 kHz. */
const noSound = new Int16Array(60 * 16);
