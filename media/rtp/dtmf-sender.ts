import type { OutgoingStream } from './outgoing-stream.ts';
import { writeTelephoneEvent } from './dtmf.ts';
import { RTP_HEADER_BYTES } from './packet.ts';

/** A key that is held down; presses of the same digit differ in `press`. */
export interface HeldKey {
  readonly press: number;
  readonly digit: string;
}

/**
 * Core: the keys that one leg presses, as telephone events in its audio stream. One packet a frame while a key is down,
 * all with the timestamp at which it went down and a duration that grows; RFC 4733 section 2.5.1.
 */
export class DtmfSender {
  readonly #stream: OutgoingStream;
  #down: { readonly key: HeldKey; readonly timestamp: number; durationTicks: number } | undefined;

  constructor(stream: OutgoingStream) {
    this.#stream = stream;
  }

  /** The packets in the place of a frame of `ticks`: those that end the key before, then that of the key that is down. */
  frame(key: HeldKey | undefined, payloadType: number, ticks: number): readonly Uint8Array[] {
    const down = this.#down;
    if (key === undefined && down === undefined) return NO_PACKETS;
    const packets = down === undefined || down.key.press === key?.press ? [] : this.#end(payloadType);
    if (key !== undefined) packets.push(this.#held(key, payloadType, ticks));
    return packets;
  }

  #held(key: HeldKey, payloadType: number, ticks: number): Uint8Array {
    const begins = this.#down === undefined;
    this.#down ??= { key, timestamp: this.#stream.timestamp, durationTicks: 0 };
    this.#down.durationTicks = Math.min(LONGEST_TICKS, this.#down.durationTicks + ticks);
    return this.#packet(payloadType, begins, false);
  }

  /** Three times, because one may be lost; RFC 4733 section 2.5.1.4. */
  #end(payloadType: number): Uint8Array[] {
    const packets = [0, 1, 2].map(() => this.#packet(payloadType, false, true));
    this.#down = undefined;
    return packets;
  }

  #packet(payloadType: number, marker: boolean, end: boolean): Uint8Array {
    const { key, timestamp, durationTicks } = this.#down!;
    const packet = new Uint8Array(RTP_HEADER_BYTES + 4);
    writeTelephoneEvent(packet, RTP_HEADER_BYTES, { digit: key.digit, end, durationTicks });
    this.#stream.head(packet, marker, payloadType, timestamp);
    return packet;
  }
}

const NO_PACKETS: readonly Uint8Array[] = [];
/** What the field of 16 bits holds. */
const LONGEST_TICKS = 0xffff;
