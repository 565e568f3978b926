import type { SpurtId } from '#domain/turn';
import { createResampler } from '../dsp/resampler.ts';

export interface UplinkSink {
  /** 16 kHz samples in a buffer of their own. */
  audio(spurtId: SpurtId, pcm: Int16Array): void;
  dropped(samples16k: number): void;
}

export interface UplinkOptions {
  /** At 8 kHz. */
  readonly preRollSamples: number;
  readonly batchSamples: number;
  /** At 16 kHz. */
  readonly initialCreditSamples: number;
  readonly maxCreditSamples: number;
}

/**
 * Keeps the last two seconds of the caller's line and sends up what belongs to an open talkspurt, pre-roll first, in batches and as far as
 * credit goes (core). What credit does not reach in time is dropped, the oldest first, and told.
 */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #sink: UplinkSink;
  readonly #ring = new Int16Array(RING_SAMPLES);
  readonly #resampler = createResampler('8>16');
  #written = 0;
  #sent = 0;
  #spurtId: SpurtId = 0;
  #open = false;
  #credit: number;

  constructor(options: UplinkOptions, sink: UplinkSink) {
    this.#options = options;
    this.#sink = sink;
    this.#credit = options.initialCreditSamples;
  }

  write(pcm: Int16Array, count: number): void {
    const at = this.#written % RING_SAMPLES;
    const first = Math.min(count, RING_SAMPLES - at);
    for (let i = 0; i < first; i += 1) this.#ring[at + i] = pcm[i]!;
    for (let i = first; i < count; i += 1) this.#ring[i - first] = pcm[i]!;
    this.#written += count;
  }

  /** `firstSample`: the first sound. What a talkspurt before has sent is not sent again. */
  open(spurtId: SpurtId, firstSample: number): void {
    this.#spurtId = spurtId;
    this.#open = true;
    this.#sent = Math.max(0, this.#sent, firstSample - this.#options.preRollSamples, this.#written - RING_SAMPLES);
    this.#resampler.reset();
    this.advance();
  }

  /** Sends what is complete. */
  advance(): void {
    if (!this.#open) return;
    const { batchSamples } = this.#options;
    while (this.#written - this.#sent >= batchSamples && this.#credit >= 2 * batchSamples) this.#send(batchSamples);
    this.#drop(this.#written - this.#sent - MOST_BACKLOG);
  }

  /** Sends the rest, which ends the talkspurt. */
  close(): void {
    if (!this.#open) return;
    this.advance();
    const rest = this.#written - this.#sent;
    if (rest > 0 && this.#credit >= 2 * rest) this.#send(rest);
    else this.#drop(rest);
    this.#open = false;
  }

  /** Samples at 16 kHz. */
  grant(samples: number): void {
    this.#credit = Math.min(this.#options.maxCreditSamples, this.#credit + Math.max(0, samples));
    this.advance();
  }

  #send(count: number): void {
    for (let i = 0; i < count; i += 1) scratch[i] = this.#ring[(this.#sent + i) % RING_SAMPLES]!;
    const pcm = new Int16Array(count * 2);
    this.#resampler.process(scratch, count, pcm);
    this.#sent += count;
    this.#credit -= count * 2;
    this.#sink.audio(this.#spurtId, pcm);
  }

  #drop(count: number): void {
    if (count <= 0) return;
    this.#sent += count;
    this.#sink.dropped(count * 2);
  }
}

/** 2 s at 8 kHz. */
const RING_SAMPLES = 16384;
/** Less than the ring by more than the longest packet. */
const MOST_BACKLOG = 12000;
const scratch = new Int16Array(RING_SAMPLES);
