import type { Concealer } from '../jitter/concealment.ts';
import type { Decoder } from './codec.ts';

/** Decodes bytes `start` to `end` into the beginning of `pcm`; returns the samples (at 16 kHz an even number), or -1. */
export type Decode = (bytes: Uint8Array, start: number, end: number, pcm: Int16Array) => number;

/** Packets of a codec that knows no frames, with the concealment of the line that it is a part of. */
export class WaveformDecoder implements Decoder {
  readonly #decode: Decode;
  readonly #concealer: Concealer;

  constructor(decode: Decode, concealer: Concealer) {
    this.#decode = decode;
    this.#concealer = concealer;
  }

  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number {
    const count = this.#decode(bytes, start, end, pcm);
    if (count > 0) this.#concealer.good(pcm, count);
    return count;
  }

  recoverable(): number {
    return 0;
  }

  recover(): number {
    return 0;
  }

  conceal(pcm: Int16Array, count: number): void {
    this.#concealer.conceal(pcm, count);
  }

  silence(): void {
    this.#concealer.silence();
  }

  close(): void {
    // Holds nothing.
  }
}
