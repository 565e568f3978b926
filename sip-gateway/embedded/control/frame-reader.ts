export type FrameItem =
  | { readonly kind: 'frame'; readonly payload: Uint8Array }
  /** The length is no number or beyond the limit: nothing after it can be trusted. Close the connection. */
  | { readonly kind: 'broken'; readonly why: string };

/** Largest control frame that is taken, bytes of payload. */
export const FRAME_MAX_BYTES = 1_048_576;

/** Cuts the control stream into `<length>#<payload>` frames; `length` counts bytes. Holds at most one frame. */
export class FrameReader {
  readonly #maxBytes: number;
  /** Pieces not yet used; joined only when a frame is complete, so that a large frame costs no repeated copying. */
  #pieces: Uint8Array[] = [];
  #bufferedBytes = 0;
  /** Payload length of the frame being read, once its prefix was read. */
  #expected: number | undefined;
  #broken = false;

  constructor(maxBytes: number = FRAME_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): readonly FrameItem[] {
    const items: FrameItem[] = [];
    if (this.#broken || chunk.length === 0) return items;
    this.#pieces.push(chunk);
    this.#bufferedBytes += chunk.length;
    while (this.#step(items));
    return items;
  }

  #step(items: FrameItem[]): boolean {
    if (this.#expected === undefined) {
      const prefix = this.#joined();
      const hash = prefix.indexOf(0x23);
      if (hash < 0 && prefix.length <= PREFIX_MAX_BYTES) return false;
      const text = latin1.decode(prefix.subarray(0, hash < 0 ? PREFIX_MAX_BYTES : Math.min(hash, PREFIX_MAX_BYTES + 1)));
      const length = /^\d{1,7}$/.test(text) ? Number(text) : 0;
      if (length === 0 || length > this.#maxBytes) {
        this.#broken = true;
        this.#pieces = [];
        items.push({ kind: 'broken', why: `frame length ${JSON.stringify(text)} is not between 1 and ${this.#maxBytes}` });
        return false;
      }
      this.#expected = length;
      this.#drop(prefix, hash + 1);
    }
    if (this.#bufferedBytes < this.#expected) return false;
    const bytes = this.#joined();
    items.push({ kind: 'frame', payload: bytes.slice(0, this.#expected) });
    this.#drop(bytes, this.#expected);
    this.#expected = undefined;
    return this.#bufferedBytes > 0;
  }

  #joined(): Uint8Array {
    const only = this.#pieces[0];
    if (this.#pieces.length === 1 && only !== undefined) return only;
    const joined = new Uint8Array(this.#bufferedBytes);
    let offset = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, offset);
      offset += piece.length;
    }
    this.#pieces = [joined];
    return joined;
  }

  #drop(joined: Uint8Array, count: number): void {
    this.#bufferedBytes = joined.length - count;
    this.#pieces = this.#bufferedBytes === 0 ? [] : [joined.subarray(count)];
  }
}

const PREFIX_MAX_BYTES = 8;
const latin1 = new TextDecoder('latin1');
