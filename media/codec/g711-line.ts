import { Concealer } from '../jitter/concealment.ts';
import { MAX_PACKET_SAMPLES } from './catalogue.ts';
import { decodeG711, type G711Law } from './g711.ts';
import type { LineDecoder } from './line-decoder.ts';

/** G.711 packets as a line of 8 kHz, with the concealment of its Appendix I. */
export class G711Line implements LineDecoder {
  readonly rtpClockHz = 8000;
  readonly lineRateHz = 8000;
  readonly #concealer = new Concealer();
  law: G711Law;

  constructor(law: G711Law) {
    this.law = law;
  }

  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number {
    const count = Math.min(end - start, MAX_PACKET_SAMPLES);
    decodeG711(this.law, bytes, start, count, pcm);
    this.#concealer.good(pcm, count);
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
}
