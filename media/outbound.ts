import type { Ms } from '#domain/units';
import { writeComfortNoise } from './codec/comfort-noise.ts';
import { encodeG711, g711Silence, type G711Law } from './codec/g711.ts';
import { OutgoingStream, type OutboundIdentity } from './rtp/outgoing-stream.ts';
import { RTP_HEADER_BYTES } from './rtp/packet.ts';

/** What writes the packets of one leg (core), whatever the codec. `count` is in samples at the rate that the codec takes. */
export interface VoiceSender {
  readonly stream: OutgoingStream;
  /** A packet of bot audio; valid until the packet after the next. Undefined where it could not be encoded. */
  voice(pcm: Int16Array, count: number): Uint8Array | undefined;
  /** What leaves while the bot is silent, if anything. */
  quiet(count: number): Uint8Array | undefined;
  /** Time passes and nothing leaves. */
  skip(count: number): void;
}

/** Writes the G.711 packets that leave one leg (core); the marker tells where a talkspurt begins (RFC 3551 section 4.1). */
export class Outbound implements VoiceSender {
  readonly stream: OutgoingStream;
  #law: G711Law;
  #payloadType: number;
  #comfortNoisePayloadType: number | undefined;
  #wasVoice = false;
  #noiseInMs: Ms = 0;
  /** Two, because a socket may still hold the one before. */
  #packets: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  #flip: 0 | 1 = 0;

  constructor(identity: OutboundIdentity, law: G711Law, payloadType: number, comfortNoisePayloadType: number | undefined) {
    this.stream = new OutgoingStream(identity);
    this.#law = law;
    this.#payloadType = payloadType;
    this.#comfortNoisePayloadType = comfortNoisePayloadType;
  }

  setFormat(law: G711Law, payloadType: number, comfortNoisePayloadType: number | undefined): void {
    this.#law = law;
    this.#payloadType = payloadType;
    this.#comfortNoisePayloadType = comfortNoisePayloadType;
  }

  /** A packet of `count` samples of bot audio. Valid until the packet after the next. */
  voice(pcm: Int16Array, count: number): Uint8Array {
    const packet = this.#packet(count);
    encodeG711(this.#law, pcm, count, packet, RTP_HEADER_BYTES);
    this.stream.head(packet, !this.#wasVoice, this.#payloadType);
    this.#wasVoice = true;
    this.#noiseInMs = 0;
    this.skip(count);
    return packet;
  }

  /** What leaves while the bot is silent: silence, or where comfort noise was agreed on a noise packet now and then. */
  quiet(count: number): Uint8Array | undefined {
    this.#wasVoice = false;
    if (this.#comfortNoisePayloadType !== undefined) return this.#comfortNoise(count);
    const packet = this.#packet(count);
    packet.fill(g711Silence(this.#law), RTP_HEADER_BYTES);
    this.stream.head(packet, false, this.#payloadType);
    this.skip(count);
    return packet;
  }

  /** Something else than audio left in the place of `count` samples: what follows begins a talkspurt. */
  pressed(count: number): void {
    this.#wasVoice = false;
    this.skip(count);
  }

  skip(samples: number): void {
    this.stream.skip(samples);
  }

  #comfortNoise(count: number): Uint8Array | undefined {
    const due = this.#noiseInMs <= 0;
    if (due) this.#noiseInMs = NOISE_EVERY_MS;
    this.#noiseInMs -= count / SAMPLES_PER_MS;
    const packet = due ? new Uint8Array(RTP_HEADER_BYTES + 1) : undefined;
    if (packet !== undefined) {
      writeComfortNoise(packet, RTP_HEADER_BYTES, NOISE_DBOV);
      this.stream.head(packet, false, this.#comfortNoisePayloadType!);
    }
    this.skip(count);
    return packet;
  }

  #packet(samples: number): Uint8Array {
    const length = RTP_HEADER_BYTES + samples;
    if (this.#packets[0].length !== length) this.#packets = [new Uint8Array(length), new Uint8Array(length)];
    this.#flip = this.#flip === 0 ? 1 : 0;
    return this.#packets[this.#flip];
  }
}

const SAMPLES_PER_MS = 8;
/** Keeps NAT bindings and the far side's timers alive. */
const NOISE_EVERY_MS = 200;
/** A quiet room. */
const NOISE_DBOV = -68;
