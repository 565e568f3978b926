import { Concealer } from '../jitter/concealment.ts';
import { MAX_PACKET_SAMPLES } from './catalogue.ts';
import { decodeG711, type G711Law } from './g711.ts';
import type { LineDecoder } from './line-decoder.ts';

/** G.711 packets of either law as a line of 8 kHz, with the concealment of its Appendix I. */
export class G711Line implements LineDecoder {
  readonly rtpClockHz = 8000;
  readonly lineRateHz = 8000;
  readonly #concealer = new Concealer();
  /** By payload type. */
  laws: ReadonlyMap<number, G711Law>;

  constructor(laws: ReadonlyMap<number, G711Law>) {
    this.laws = laws;
  }

  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array, payloadType: number): number {
    const law = this.laws.get(payloadType);
    if (law === undefined) return -1;
    const count = Math.min(end - start, MAX_PACKET_SAMPLES);
    decodeG711(law, bytes, start, count, pcm);
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
