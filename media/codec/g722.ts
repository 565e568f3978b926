import { MAX_PAYLOAD_BYTES, type Codec } from './codec.ts';
import { G722Band, LOW_BAND, HIGH_BAND } from './g722-band.ts';
import { waveformCodec } from './waveform.ts';

/** ITU-T G.722 at 64 kbit/s (mode 1): 7 kHz of sound. Its RTP clock is 8000 by an error that was kept; RFC 3551 section 4.5.2. */
export const G722: Codec = waveformCodec({
  payloadType: 9,
  clockHz: 8000,
  sampleRateHz: 16_000,
  bytesPerSample: 0.5,
  createDecode: () => {
    const decoder = new G722Decoder();
    return (bytes, start, end, pcm) => decoder.decode(bytes, start, end, pcm);
  },
  createEncode: () => {
    const encoder = new G722Encoder();
    return (pcm, count, bytes, start) => encoder.encode(pcm, count, bytes, start);
  },
});

/** Two samples in, a byte out: the sound is split into two bands, each of which goes through an adaptive differential coder of its own. */
export class G722Encoder {
  readonly #low = new G722Band(LOW_BAND);
  readonly #high = new G722Band(HIGH_BAND);
  readonly #line = new Int32Array(HISTORY + MAX_SAMPLES);

  /** Encodes `count` samples, an even number, into half as many bytes from `start` on. */
  encode(pcm: Int16Array, count: number, bytes: Uint8Array, start: number): void {
    const line = this.#line;
    for (let from = 0; from < count; from += MAX_SAMPLES) {
      const part = Math.min(MAX_SAMPLES, count - from);
      for (let i = 0; i < part; i += 1) line[HISTORY + i] = pcm[from + i]!;
      for (let at = 0; at < part; at += 2) bytes[start + ((from + at) >> 1)] = this.#code(at + 2);
      line.copyWithin(0, part, part + HISTORY);
    }
  }

  /** The newest of the 24 samples in the filter is before `end`, counted behind the first of the history. */
  #code(end: number): number {
    const line = this.#line;
    let even = 0;
    let odd = 0;
    for (let i = 0, at = end - 2; i < HALF; i += 1, at += 2) {
      even += line[at]! * QMF[i]!;
      odd += line[at + 1]! * QMF[HALF - 1 - i]!;
    }
    const low = this.#low.quantizeLow((even + odd) >> 14);
    return (this.#high.quantizeHigh((odd - even) >> 14) << 6) | low;
  }
}

/** A byte in, two samples out. */
export class G722Decoder {
  readonly #low = new G722Band(LOW_BAND);
  readonly #high = new G722Band(HIGH_BAND);
  readonly #line = new Int32Array(HISTORY + MAX_SAMPLES);

  /** Decodes bytes `start` to `end` into the beginning of `pcm`; returns the samples. */
  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number {
    const last = Math.min(end, start + MAX_PAYLOAD_BYTES);
    for (let from = start; from < last; from += MAX_SAMPLES / 2) {
      const part = Math.min(MAX_SAMPLES / 2, last - from);
      this.#part(bytes, from, part, pcm, (from - start) * 2);
    }
    return (last - start) * 2;
  }

  #part(bytes: Uint8Array, from: number, count: number, pcm: Int16Array, to: number): void {
    const line = this.#line;
    for (let i = 0; i < count; i += 1) {
      const code = bytes[from + i]!;
      const low = this.#low.reconstructLow(code & 0x3f);
      const high = this.#high.reconstructHigh(code >> 6);
      const at = HISTORY + 2 * i;
      line[at] = low + high;
      line[at + 1] = low - high;
      let even = 0;
      let odd = 0;
      for (let k = 0, tap = at + 2 - 2 * HALF; k < HALF; k += 1, tap += 2) {
        even += line[tap]! * QMF[k]!;
        odd += line[tap + 1]! * QMF[HALF - 1 - k]!;
      }
      pcm[to + 2 * i] = clip(odd >> 11);
      pcm[to + 2 * i + 1] = clip(even >> 11);
    }
    line.copyWithin(0, 2 * count, 2 * count + HISTORY);
  }
}

function clip(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

/** Half of the symmetric filter that splits and joins the bands; table 4 of the recommendation. */
const QMF = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
const HALF = QMF.length;
/** Samples before the newest two that the filter sees. */
const HISTORY = 2 * HALF - 2;
/** What is worked on at a time: 60 ms. */
const MAX_SAMPLES = 960;
