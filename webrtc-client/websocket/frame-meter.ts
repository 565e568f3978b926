/** Finds where frames begin in what a client sends (core): the headers of RFC 6455 section 5.2, whatever they hold. */
export class FrameMeter {
  /** Bytes of the header that are still to come. */
  #headerLeft = 0;
  /** Bytes of an extended payload length that are still to come, and what of it came. */
  #lengthLeft = 0;
  #payloadLeft = 0;
  #hasMask = false;
  #state: 'start' | 'second' | 'length' | 'mask' | 'payload' = 'start';

  /** How many of `bytes` may be read until more than `most` frames would have begun. The rest is to be given again. */
  take(bytes: Uint8Array, most: number): { readonly bytes: number; readonly frames: number } {
    let frames = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'start') {
        if (frames >= most) break;
        frames += 1;
        at += 1;
        this.#state = 'second';
      } else if (this.#state === 'payload' || this.#state === 'mask') at += this.#skip(bytes.length - at);
      else this.#read(bytes[at++]!);
    }
    return { bytes: at, frames };
  }

  #read(byte: number): void {
    if (this.#state === 'second') {
      this.#hasMask = (byte & 0x80) !== 0;
      const length = byte & 0x7f;
      this.#payloadLeft = length < 126 ? length : 0;
      this.#lengthLeft = length === 126 ? 2 : length === 127 ? 8 : 0;
    } else {
      this.#payloadLeft = this.#payloadLeft * 256 + byte;
      this.#lengthLeft -= 1;
    }
    this.#state = this.#lengthLeft > 0 ? 'length' : 'mask';
    this.#headerLeft = this.#hasMask ? MASK_BYTES : 0;
    this.#skip(0);
  }

  /** Passes over what need not be looked at. */
  #skip(available: number): number {
    const masked = this.#state === 'mask';
    const taken = Math.min(available, masked ? this.#headerLeft : this.#payloadLeft);
    if (masked) this.#headerLeft -= taken;
    else if (this.#state === 'payload') this.#payloadLeft -= taken;
    if (masked && this.#headerLeft === 0) this.#state = 'payload';
    if (this.#state === 'payload' && this.#payloadLeft === 0) this.#state = 'start';
    return taken;
  }
}

const MASK_BYTES = 4;
