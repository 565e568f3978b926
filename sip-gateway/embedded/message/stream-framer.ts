import { endOfHead, MESSAGE_MAX_BYTES } from './parse.ts';

export type StreamItem =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** A double CRLF between messages: asks for a single one back (RFC 5626 section 3.5.1). */
  | { readonly kind: 'ping' }
  /** The boundary of the next message is lost: close the connection. */
  | { readonly kind: 'lost'; readonly why: 'too-large' | 'content-length' };

/** Cuts a byte stream into SIP messages by Content-Length, RFC 3261 section 18.3. Holds at most one message's bytes. */
export class StreamFramer {
  #buffer = new Uint8Array(2048);
  #length = 0;
  /** Up to here no end of head was found. */
  #scanned = 0;
  #lost = false;

  push(chunk: Uint8Array): readonly StreamItem[] {
    if (this.#lost) return [];
    const items: StreamItem[] = [];
    // In pieces, so that a large chunk of many messages never needs a large buffer.
    for (let offset = 0; offset < chunk.length && !this.#lost; offset += PIECE_BYTES) {
      this.#append(chunk.subarray(offset, offset + PIECE_BYTES));
      this.#takeAll(items);
    }
    return items;
  }

  get bufferedBytes(): number {
    return this.#length;
  }

  #takeAll(items: StreamItem[]): void {
    for (;;) {
      this.#skipLineEnds(items);
      const total = this.#messageLength();
      if (total === 'incomplete') return;
      if (typeof total === 'string') {
        this.#lost = true;
        items.push({ kind: 'lost', why: total });
        return;
      }
      items.push({ kind: 'message', bytes: this.#buffer.slice(0, total) });
      this.#consume(total);
    }
  }

  #messageLength(): number | 'incomplete' | 'too-large' | 'content-length' {
    const bytes = this.#buffer.subarray(0, this.#length);
    const headEnd = endOfHead(bytes, Math.max(0, this.#scanned - 3));
    if (headEnd < 0) {
      this.#scanned = this.#length;
      return this.#length > MESSAGE_MAX_BYTES ? 'too-large' : 'incomplete';
    }
    this.#scanned = headEnd;
    const bodyLength = contentLength(bytes.subarray(0, headEnd));
    if (bodyLength === undefined) return 'content-length';
    const total = headEnd + 4 + bodyLength;
    if (total > MESSAGE_MAX_BYTES) return 'too-large';
    return total <= this.#length ? total : 'incomplete';
  }

  /** Removes CRLFs between messages; each pair of them is a ping. */
  #skipLineEnds(items: StreamItem[]): void {
    let i = 0;
    for (;;) {
      const isLineEnd = this.#buffer[i] === 0x0d && this.#buffer[i + 1] === 0x0a;
      if (i + 1 >= this.#length || !isLineEnd) break;
      const isPair = i + 3 < this.#length && this.#buffer[i + 2] === 0x0d && this.#buffer[i + 3] === 0x0a;
      if (isPair) {
        items.push({ kind: 'ping' });
        i += 4;
      } else if (i + 2 >= this.#length || (this.#buffer[i + 2] === 0x0d && i + 3 >= this.#length)) {
        break; // the second half of a pair may still come
      } else i += 2;
    }
    if (i > 0) this.#consume(i);
  }

  #append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = needed;
  }

  #consume(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#scanned = 0;
  }
}

const PIECE_BYTES = 16_384;
const CONTENT_LENGTH = /^(?:content-length|l)[ \t]*:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)/im;
const latin1 = new TextDecoder('latin1');

/** 0 without the header; `undefined` when it is no usable number. */
function contentLength(head: Uint8Array): number | undefined {
  const match = CONTENT_LENGTH.exec(latin1.decode(head));
  if (match === null) return 0;
  const text = (match[1] as string).trim();
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
