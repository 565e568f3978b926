import { PcmRing } from './pcm-ring.ts';
import { Resampler } from './resampler.ts';

/** A minute: the server may send a whole answer as fast as it is made. */
const CAPACITY_MS = 60_000;
/** Held before the first sample is played, so that late arrivals leave no gap; more after each gap. */
const FIRST_CUSHION_MS = 60;
const CUSHION_STEP_MS = 40;
const MAX_CUSHION_MS = 300;
/** Source samples that go through the resampler at a time. */
const CHUNK_SAMPLES = 64;

/**
 * Plays PCM16 that comes in bursts as one unbroken sound at the rate of the device. A pure core: `render` is the only clock.
 * `end` plays out what is there, however little; `cancel` empties it at once.
 */
export class Playout {
  readonly #sourceHz: number;
  readonly #ring: PcmRing;
  readonly #resampler: Resampler;
  readonly #chunk = new Float32Array(CHUNK_SAMPLES);
  readonly #ready: Float32Array;
  #readyCount = 0;
  #isPlaying = false;
  #hasEnded = false;
  #cushionMs = FIRST_CUSHION_MS;
  #lastSample = 0;
  #gaps = 0;
  #refused = 0;

  constructor(sourceHz: number, outputHz: number) {
    this.#sourceHz = sourceHz;
    this.#ring = new PcmRing((sourceHz * CAPACITY_MS) / 1000);
    this.#resampler = new Resampler(sourceHz, outputHz);
    const perChunk = this.#resampler.outputBound(Math.max(CHUNK_SAMPLES, this.#resampler.lookAheadSamples));
    this.#ready = new Float32Array(perChunk * 2 + 8192);
  }

  get bufferedMs(): number {
    return (this.#ring.length * 1000) / this.#sourceHz;
  }

  /** How often sound was missing in the middle of a sentence. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Samples that found no room. */
  get refused(): number {
    return this.#refused;
  }

  push(pcm: Int16Array): void {
    this.#hasEnded = false;
    this.#refused += pcm.length - this.#ring.write(pcm);
  }

  /** Nothing more comes for now. */
  end(): void {
    this.#hasEnded = true;
  }

  cancel(): void {
    this.#ring.clear();
    this.#resampler.reset();
    this.#readyCount = 0;
    this.#isPlaying = false;
    this.#hasEnded = true;
  }

  /** Fills all of `out`: sound, or silence. */
  render(out: Float32Array): void {
    if (!this.#isPlaying && this.#ring.length > 0 && (this.#hasEnded || this.bufferedMs >= this.#cushionMs)) this.#isPlaying = true;
    while (this.#isPlaying && this.#readyCount < out.length) this.#convert();
    const count = Math.min(this.#readyCount, out.length);
    out.set(this.#ready.subarray(0, count));
    this.#ready.copyWithin(0, count, this.#readyCount);
    this.#readyCount -= count;
    // Down to silence over what is left of the block: a hard stop would click.
    if (count > 0) this.#lastSample = out[count - 1] ?? 0;
    const rest = out.length - count;
    for (let index = 0; index < rest; index += 1) out[count + index] = this.#lastSample * (1 - (index + 1) / rest);
    if (rest > 0) this.#lastSample = 0;
  }

  #convert(): void {
    const count = this.#ring.read(this.#chunk);
    if (count > 0) {
      this.#readyCount += this.#resampler.process(this.#chunk.subarray(0, count), this.#ready.subarray(this.#readyCount));
      return;
    }
    this.#isPlaying = false;
    if (this.#hasEnded) {
      // The filter still holds the last sound.
      this.#readyCount += this.#resampler.process(
        new Float32Array(this.#resampler.lookAheadSamples),
        this.#ready.subarray(this.#readyCount),
      );
      this.#resampler.reset();
      return;
    }
    this.#gaps += 1;
    this.#cushionMs = Math.min(MAX_CUSHION_MS, this.#cushionMs + CUSHION_STEP_MS);
  }
}
