import type { Decoder } from './codec.ts';
import { OPUS_LINE_HZ, type OpusDecoder } from './opus-library.ts';
import { opusFrameSamples, opusHasFec } from './opus-packet.ts';

/** Opus packets as a line of 16 kHz; what is lost is taken from the packet after it or concealed by the decoder itself. */
export class OpusLineDecoder implements Decoder {
  readonly #decoder: OpusDecoder;

  constructor(decoder: OpusDecoder) {
    this.#decoder = decoder;
  }

  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number {
    return this.#decoder.decode(bytes, start, end, pcm);
  }

  recoverable(bytes: Uint8Array, start: number, end: number): number {
    return opusHasFec(bytes, start, end) ? opusFrameSamples(bytes[start]!, OPUS_LINE_HZ) : 0;
  }

  recover(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number {
    return Math.max(0, this.#decoder.decodeFec(bytes, start, end, pcm, opusFrameSamples(bytes[start]!, OPUS_LINE_HZ)));
  }

  conceal(pcm: Int16Array, count: number): void {
    // The decoder conceals in steps of 2.5 ms.
    if (this.#decoder.conceal(scratch, Math.ceil(count / STEP_SAMPLES) * STEP_SAMPLES) < count) pcm.fill(0, 0, count);
    else pcm.set(scratch.subarray(0, count));
  }

  silence(): void {
    // The decoder fades by itself, and a pause does not disturb it.
  }

  close(): void {
    this.#decoder.close();
  }
}

const STEP_SAMPLES = 40;
/** Work space of the thread. */
const scratch = new Int16Array(1920);
