import type { OutgoingStream } from './outgoing-stream.ts';
import { writeTelephoneEvent } from './dtmf.ts';
import { RTP_HEADER_BYTES } from './packet.ts';

/** A key that is held down; presses of the same digit differ in `press`. */
export interface HeldKey {
  readonly press: number;
  readonly digit: string;
}

interface Down {
  readonly key: HeldKey;
  readonly timestamp: number;
  durationTicks: number;
  endsSent: number;
}

/**
 * Core: the keys that one leg presses, as telephone events in its audio stream. One packet a frame while a key is down,
 * all with the timestamp at which it went down and a duration that grows; RFC 4733 section 2.5.1.
 */
export class DtmfSender {
  readonly #stream: OutgoingStream;
  #down: Down | undefined;

  constructor(stream: OutgoingStream) {
    this.#stream = stream;
  }

  /** The packets in the place of a frame of `ticks`: none where no key is down and the end of the last one was told. */
  frame(key: HeldKey | undefined, payloadType: number, ticks: number): readonly Uint8Array[] {
    const down = this.#down;
    if (key === undefined) return down === undefined ? NO_PACKETS : [this.#end(down, payloadType)];
    if (down?.key.press === key.press) return [this.#held(down, payloadType, ticks, false)];
    const before = down === undefined || down.endsSent > 0 ? [] : [this.#end(down, payloadType)];
    this.#down = { key, timestamp: this.#stream.timestamp, durationTicks: 0, endsSent: 0 };
    return [...before, this.#held(this.#down, payloadType, ticks, true)];
  }

  /** Nothing more can be told of the key that is down. */
  cut(): void {
    this.#down = undefined;
  }

  #held(down: Down, payloadType: number, ticks: number, begins: boolean): Uint8Array {
    down.durationTicks = Math.min(MAX_TICKS, down.durationTicks + ticks);
    return this.#packet(down, payloadType, begins, false);
  }

  /** Three times, a frame apart, because one may be lost; RFC 4733 section 2.5.1.4. */
  #end(down: Down, payloadType: number): Uint8Array {
    down.endsSent += 1;
    if (down.endsSent >= END_PACKETS) this.#down = undefined;
    return this.#packet(down, payloadType, false, true);
  }

  #packet({ key, timestamp, durationTicks }: Down, payloadType: number, marker: boolean, end: boolean): Uint8Array {
    const packet = new Uint8Array(RTP_HEADER_BYTES + 4);
    writeTelephoneEvent(packet, RTP_HEADER_BYTES, { digit: key.digit, end, durationTicks });
    this.#stream.head(packet, marker, payloadType, timestamp);
    return packet;
  }
}

const NO_PACKETS: readonly Uint8Array[] = [];
const END_PACKETS = 3;
/** What the field of 16 bits holds. */
const MAX_TICKS = 0xffff;
