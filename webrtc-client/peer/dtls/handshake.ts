import { concatBytes, readUint16, readUint24, uint16, uint24 } from '#kit/bytes';

/** A whole handshake message. `bytes` has the header of an unfragmented one, as hashes want it: RFC 6347 section 4.2.6. */
export interface HandshakeMessage {
  readonly type: number;
  readonly sequence: number;
  readonly body: Uint8Array;
  readonly bytes: Uint8Array;
}

export function handshakeMessage(type: number, sequence: number, body: Uint8Array): HandshakeMessage {
  const bytes = concatBytes([Uint8Array.of(type), uint24(body.length), uint16(sequence), uint24(0), uint24(body.length), body]);
  return { type, sequence, body: bytes.subarray(HEADER_BYTES), bytes };
}

/**
 * Puts fragments of the peer's messages together, in any order, overlapping or repeated, and gives the messages out in order of their numbers
 * (core; RFC 6347 section 4.2.3). Holds a few messages ahead and no more than `MAX_MESSAGE_BYTES` of each.
 */
export class HandshakeAssembler {
  readonly #partial = new Map<number, Partial>();
  #next = 0;
  /** A fragment of a message that had been given out: the peer repeats its flight. */
  sawRepeat = false;

  /** The number of the message that comes next. */
  get nextSequence(): number {
    return this.#next;
  }

  /** Begins anew at a message number. */
  reset(nextSequence: number): void {
    this.#partial.clear();
    this.#next = nextSequence;
    this.sawRepeat = false;
  }

  /**
   * Takes the contents of a handshake record; returns what is complete now. Malformed fragments are left out, and so is a Finished that is not
   * sealed, which anybody could have sent.
   */
  add(fragment: Uint8Array, isSealed: boolean): readonly HandshakeMessage[] {
    for (let offset = 0; offset + HEADER_BYTES <= fragment.length;) {
      const end = offset + HEADER_BYTES + readUint24(fragment, offset + 9);
      if (end > fragment.length) break;
      if (isSealed || fragment[offset] !== FINISHED) this.#addOne(fragment.subarray(offset, end));
      offset = end;
    }
    const whole: HandshakeMessage[] = [];
    for (let partial = this.#partial.get(this.#next); partial?.isWhole === true; partial = this.#partial.get(this.#next)) {
      this.#partial.delete(this.#next);
      whole.push(handshakeMessage(partial.type, this.#next, partial.body));
      this.#next += 1;
    }
    return whole;
  }

  #addOne(bytes: Uint8Array): void {
    const sequence = readUint16(bytes, 4);
    const length = readUint24(bytes, 1);
    if (sequence < this.#next) this.sawRepeat = true;
    if (sequence < this.#next || sequence > this.#next + MAX_AHEAD || length > MAX_MESSAGE_BYTES) return;
    let partial = this.#partial.get(sequence);
    if (partial === undefined) this.#partial.set(sequence, (partial = new Partial(bytes[0]!, length)));
    partial.add(bytes[0]!, length, readUint24(bytes, 6), bytes.subarray(HEADER_BYTES));
  }
}

class Partial {
  readonly type: number;
  readonly body: Uint8Array;
  readonly #have: Uint8Array;
  #missing: number;

  constructor(type: number, length: number) {
    this.type = type;
    this.body = new Uint8Array(length);
    this.#have = new Uint8Array(length);
    this.#missing = length;
  }

  get isWhole(): boolean {
    return this.#missing === 0;
  }

  add(type: number, length: number, offset: number, bytes: Uint8Array): void {
    if (type !== this.type || length !== this.body.length || offset + bytes.length > length) return;
    for (let index = 0; index < bytes.length; index += 1) {
      if (this.#have[offset + index] === 1) continue;
      this.#have[offset + index] = 1;
      this.body[offset + index] = bytes[index]!;
      this.#missing -= 1;
    }
  }
}

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const CERTIFICATE = 11;
export const SERVER_KEY_EXCHANGE = 12;
export const CERTIFICATE_REQUEST = 13;
export const SERVER_HELLO_DONE = 14;
export const CERTIFICATE_VERIFY = 15;
export const CLIENT_KEY_EXCHANGE = 16;
export const FINISHED = 20;

const HEADER_BYTES = 12;
const MAX_AHEAD = 8;
/** A ClientHello with a post-quantum key share has 1.5 kB, a chain of certificates some more. */
const MAX_MESSAGE_BYTES = 16_384;
