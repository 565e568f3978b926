/**
 * Core: reads the body of `POST /tts/stream`, repeated 4-byte little-endian length and PCM16 little-endian, length 0 at
 * the end. Samples come out as soon as they are whole, so a long frame is never kept; the reader holds 4 bytes at most.
 */
export class PcmFrameReader {
  readonly #maxFrameBytes: number;
  /** The bytes of an unfinished length field. */
  #length = 0;
  #lengthBytes = 0;
  /** Bytes of the current frame still to come. */
  #left = 0;
  /** First byte of a sample that was split, or -1. */
  #half = -1;
  #frames = 0;
  #state: 'reading' | 'complete' | 'bad' = 'reading';

  constructor(maxFrameBytes = MAX_FRAME_BYTES) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** The samples that became whole with `bytes`: a new array that the caller owns, empty if there are none. */
  push(bytes: Uint8Array): Int16Array {
    const out = new Int16Array((bytes.length + 1) >> 1);
    let count = 0;
    let at = 0;
    while (at < bytes.length && this.#state === 'reading') {
      if (this.#left === 0) {
        at += this.#readLength(bytes, at);
        continue;
      }
      const end = Math.min(bytes.length, at + this.#left);
      this.#left -= end - at;
      if (this.#half >= 0) {
        out[count++] = this.#half | ((bytes[at++] ?? 0) << 8);
        this.#half = -1;
      }
      for (; at + 1 < end; at += 2) out[count++] = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
      if (at < end) this.#half = bytes[at++] ?? 0;
    }
    return count === out.length ? out : out.slice(0, count);
  }

  /** `reading` until the end frame or something that is not this protocol. */
  get state(): 'reading' | 'complete' | 'bad' {
    return this.#state;
  }

  /**
   * What it means that the connection ended now: `unmarked` is whole frames without an end frame, as the seed's
   * service sends them.
   */
  end(): 'complete' | 'unmarked' | 'cut' | 'bad' {
    if (this.#state !== 'reading') return this.#state;
    return this.#frames > 0 && this.#left === 0 && this.#lengthBytes === 0 ? 'unmarked' : 'cut';
  }

  #readLength(bytes: Uint8Array, from: number): number {
    let used = 0;
    while (this.#lengthBytes < 4 && from + used < bytes.length) {
      this.#length += (bytes[from + used] ?? 0) * 2 ** (8 * this.#lengthBytes);
      this.#lengthBytes++;
      used++;
    }
    if (this.#lengthBytes < 4) return used;
    if (this.#length === 0) this.#state = 'complete';
    else if (this.#length % 2 !== 0 || this.#length > this.#maxFrameBytes) this.#state = 'bad';
    else {
      this.#left = this.#length;
      this.#frames++;
    }
    this.#length = 0;
    this.#lengthBytes = 0;
    return used;
  }
}

/** 87 s at 24 kHz; no piece of speech is longer, and text read as a length is far above it. Said in the fixtures. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024;
