import { RTP_HEADER_BYTES, writeRtpHeader } from './packet.ts';

export interface OutboundIdentity {
  readonly ssrc: number;
  /** First values; RFC 3550 section 5.1 wants them unpredictable. */
  readonly sequence: number;
  readonly timestamp: number;
}

/**
 * Headers of the packets that leave one leg (core): the sequence goes on with every packet, the timestamp with time, whether or not
 * a packet left.
 */
export class OutgoingStream {
  readonly ssrc: number;
  #sequence: number;
  #timestamp: number;
  packetsSent = 0;
  octetsSent = 0;

  constructor(identity: OutboundIdentity) {
    this.ssrc = identity.ssrc;
    this.#sequence = identity.sequence & 0xffff;
    this.#timestamp = identity.timestamp >>> 0;
  }

  /** Makes `packet`, whose payload is there already, the next of the stream. `timestamp`: where it belongs to a moment that has passed. */
  head(packet: Uint8Array, marker: boolean, payloadType: number, timestamp = this.#timestamp): void {
    writeRtpHeader(packet, marker, payloadType, this.#sequence, timestamp, this.ssrc);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packetsSent += 1;
    this.octetsSent += packet.length - RTP_HEADER_BYTES;
  }

  /** Time passes, in units of the RTP clock. */
  skip(ticks: number): void {
    this.#timestamp = (this.#timestamp + ticks) >>> 0;
  }

  get timestamp(): number {
    return this.#timestamp;
  }
}
