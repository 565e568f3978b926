/**
 * HMAC-SHA-1 (RFC 2104) with the key's two blocks hashed once. For packets of some hundred bytes this is quicker than a
 * call into the crypto library, which makes several objects for each; secrets enter only as the state after the key.
 */
export class HmacSha1Key {
  readonly #inner = new Int32Array(5);
  readonly #outer = new Int32Array(5);
  readonly #state = new Int32Array(5);
  /** The result, valid until the next `compute`. */
  readonly #digest = new Uint8Array(20);
  /** What is left of the message after whole blocks, with its padding. */
  readonly #tail = new Uint8Array(2 * BLOCK_BYTES);

  /** `key`: at most one block of 64 bytes. */
  constructor(key: Uint8Array) {
    const pad = (fill: number, state: Int32Array): void => {
      const block = new Uint8Array(BLOCK_BYTES).fill(fill);
      for (let at = 0; at < key.length; at += 1) block[at]! ^= key[at]!;
      state.set(INITIAL);
      compress(state, block, 0);
    };
    pad(0x36, this.#inner);
    pad(0x5c, this.#outer);
  }

  /** Over the first `length` bytes of `bytes` and then the 4 bytes of `word`. 20 bytes, valid until the next call. */
  compute(bytes: Uint8Array, length: number, word: number): Uint8Array {
    const state = this.#state;
    const tail = this.#tail;
    state.set(this.#inner);
    let at = 0;
    for (; at + BLOCK_BYTES <= length; at += BLOCK_BYTES) compress(state, bytes, at);
    let filled = 0;
    for (; at < length; at += 1) tail[filled++] = bytes[at]!;
    tail[filled++] = word >>> 24;
    tail[filled++] = word >>> 16;
    tail[filled++] = word >>> 8;
    tail[filled++] = word;
    this.#finish(filled, length + 4);
    writeState(state, tail);
    state.set(this.#outer);
    this.#finish(20, 20);
    writeState(state, this.#digest);
    return this.#digest;
  }

  /** Pads the tail and takes it in: FIPS 180-4 section 5.1.1. The key's block counts as well. */
  #finish(filled: number, messageBytes: number): void {
    const tail = this.#tail;
    const end = filled + 9 <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    tail[filled] = 0x80;
    tail.fill(0, filled + 1, end - 4);
    const bits = (BLOCK_BYTES + messageBytes) * 8;
    tail[end - 4] = bits >>> 24;
    tail[end - 3] = bits >>> 16;
    tail[end - 2] = bits >>> 8;
    tail[end - 1] = bits;
    compress(this.#state, tail, 0);
    if (end > BLOCK_BYTES) compress(this.#state, tail, BLOCK_BYTES);
  }
}

function writeState(state: Int32Array, bytes: Uint8Array): void {
  for (let word = 0; word < 5; word += 1) {
    const value = state[word]!;
    bytes[4 * word] = value >>> 24;
    bytes[4 * word + 1] = value >>> 16;
    bytes[4 * word + 2] = value >>> 8;
    bytes[4 * word + 3] = value;
  }
}

/** FIPS 180-4 section 6.1.2. */
function compress(state: Int32Array, bytes: Uint8Array, offset: number): void {
  const w = SCHEDULE;
  for (let t = 0, at = offset; t < 16; t += 1, at += 4)
    w[t] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  for (let t = 16; t < 80; t += 1) {
    const x = w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!;
    w[t] = (x << 1) | (x >>> 31);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let t = 0; t < 80; t += 1) {
    const mixed =
      t < 20
        ? ((b & c) | (~b & d)) + 0x5a827999
        : t < 40
          ? (b ^ c ^ d) + 0x6ed9eba1
          : t < 60
            ? ((b & c) | (b & d) | (c & d)) - 0x70e44324
            : (b ^ c ^ d) - 0x359d3e2a;
    const next = (((a << 5) | (a >>> 27)) + mixed + e + w[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
}

const BLOCK_BYTES = 64;
const INITIAL = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
/** Shared scratch: nothing here waits. */
const SCHEDULE = new Int32Array(80);
