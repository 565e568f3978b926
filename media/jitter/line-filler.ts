import type { Ms } from '#domain/units';
import { NoiseSource } from '../codec/comfort-noise.ts';
import { MAX_LINE_SAMPLES } from '../codec/codec.ts';
import type { LineDecoders } from '../codec/line-decoders.ts';

/** Where samples come from; only `voice` and `concealed` can be speech. */
export type FrameOrigin = 'voice' | 'concealed' | 'silence';

export interface FrameSink {
  /** The first `count` samples of `pcm`, at the line's rate; valid during the call only. */
  frame(nowMs: Ms, pcm: Int16Array, count: number, origin: FrameOrigin): void;
}

/** Puts into the line of a caller what did not come as audio (core): silence, announced noise, and what stands in for lost packets. */
export class LineFiller {
  readonly #decoders: LineDecoders;
  readonly #sink: FrameSink;
  readonly #concealMs: Ms;
  readonly #noise: NoiseSource;
  /** Level of the noise that the caller has announced; undefined: digital silence. */
  noiseDbov: number | undefined;
  framesConcealed = 0;
  framesRecovered = 0;

  /** `concealMs`: the longest stretch that is concealed; the rest is silence. */
  constructor(decoders: LineDecoders, concealMs: Ms, noiseSeed: number, sink: FrameSink) {
    this.#decoders = decoders;
    this.#sink = sink;
    this.#concealMs = concealMs;
    this.#noise = new NoiseSource(noiseSeed);
  }

  get #perMs(): number {
    return this.#decoders.codec.sampleRateHz / 1000;
  }

  silence(nowMs: Ms, total: number): void {
    const step = FILL_MS * this.#perMs;
    for (let left = total; left > 0; left -= step) this.#quiet(nowMs, Math.min(left, step));
  }

  /** `missing` samples were lost. The payload behind them, where there is one, may know the last frame. */
  replace(nowMs: Ms, missing: number, bytes: Uint8Array | undefined, start: number, end: number): void {
    const recoverable = bytes === undefined ? 0 : this.#decoders.decoder.recoverable(bytes, start, end);
    const known = recoverable > missing ? 0 : recoverable;
    const concealed = Math.min(missing - known, this.#concealMs * this.#perMs);
    this.#conceal(nowMs, concealed);
    this.silence(nowMs, missing - known - concealed);
    if (known > 0) this.#recover(nowMs, bytes!, start, end);
  }

  #recover(nowMs: Ms, bytes: Uint8Array, start: number, end: number): void {
    const count = this.#decoders.decoder.recover(bytes, start, end, scratch);
    if (count <= 0) return;
    this.framesRecovered += 1;
    this.#sink.frame(nowMs, scratch, count, 'concealed');
  }

  #conceal(nowMs: Ms, total: number): void {
    const step = FILL_MS * this.#perMs;
    for (let done = 0; done < total; done += step) {
      const count = Math.min(step, total - done);
      this.#decoders.decoder.conceal(scratch, count);
      this.#sink.frame(nowMs, scratch, count, 'concealed');
    }
    this.framesConcealed += Math.ceil(total / (FRAME_MS * this.#perMs));
  }

  #quiet(nowMs: Ms, count: number): void {
    if (this.noiseDbov === undefined) scratch.fill(0, 0, count);
    else this.#noise.fill(scratch, count, this.noiseDbov);
    this.#sink.frame(nowMs, scratch, count, 'silence');
  }
}

/** Time is filled in steps of so much. */
export const FILL_MS = 10;
const FRAME_MS = 20;
/** Work space of the thread. */
const scratch = new Int16Array(MAX_LINE_SAMPLES);
