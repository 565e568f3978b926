import type { SpurtId } from '#domain/turn';
import type { LineRateHz } from '../codec/rates.ts';
import { createResampler, type Resampler } from '../dsp/resampler.ts';

export interface UplinkSink {
  /** 16 kHz samples in a buffer of their own. */
  audio(spurtId: SpurtId, pcm: Int16Array): void;
  dropped(samples16k: number): void;
}

export interface UplinkOptions {
  /** Of what is written; a wide line is sent up as it is, a narrow one at twice its rate. */
  readonly lineRateHz: 8000 | 16000;
  /** At 8 kHz. */
  readonly preRollSamples: number;
  readonly batchSamples: number;
  /** At 16 kHz. */
  readonly initialCreditSamples: number;
  readonly maxCreditSamples: number;
}

/**
 * Keeps the last two seconds of the caller's line and sends up what belongs to an open talkspurt, pre-roll first, in batches and as far as
 * credit goes (core). What credit does not reach in time is dropped, the oldest first, and told. Positions are given in samples at
 * 8 kHz whatever the line's rate.
 */
export class Uplink {
  readonly #sink: UplinkSink;
  /** Samples of the line for one at 8 kHz, and samples sent for one of the line: 1 and 2, or 2 and 1. */
  #width: number;
  #growth: number;
  readonly #preRoll: number;
  readonly #batch: number;
  readonly #mostCredit: number;
  #ring: Int16Array;
  #resampler: Resampler | undefined;
  /** Counted in samples of the line. */
  #written = 0;
  #sent = 0;
  #spurtId: SpurtId = 0;
  #open = false;
  #credit: number;

  constructor(options: UplinkOptions, sink: UplinkSink) {
    this.#sink = sink;
    this.#width = options.lineRateHz / POSITION_HZ;
    this.#growth = 2 / this.#width;
    this.#preRoll = options.preRollSamples;
    this.#batch = options.batchSamples;
    this.#mostCredit = options.maxCreditSamples;
    this.#ring = new Int16Array(RING_SAMPLES * this.#width);
    this.#resampler = this.#growth === 2 ? createResampler('8>16') : undefined;
    this.#credit = options.initialCreditSamples;
  }

  /** The line goes on at another rate: what has not been sent yet is brought to it, so that an open talkspurt and a pre-roll go on. */
  setLineRate(lineRateHz: LineRateHz): void {
    const width = lineRateHz / POSITION_HZ;
    if (width === this.#width) return;
    const before = this.#ring;
    const kept = Math.min(this.#written, before.length);
    const from = this.#written - kept;
    const isWider = width > this.#width;
    this.#ring = new Int16Array(RING_SAMPLES * width);
    this.#written = isWider ? this.#written * 2 : this.#written / 2;
    this.#sent = Math.floor(isWider ? this.#sent * 2 : this.#sent / 2);
    const ring = this.#ring;
    for (let at = from; at < from + kept; at += 1) {
      const sample = before[at % before.length]!;
      if (isWider) {
        ring[(2 * at) % ring.length] = sample;
        ring[(2 * at + 1) % ring.length] = at + 1 < from + kept ? (sample + before[(at + 1) % before.length]!) >> 1 : sample;
      } else if (at % 2 === 0 && at + 1 < from + kept) ring[(at / 2) % ring.length] = (sample + before[(at + 1) % before.length]!) >> 1;
    }
    this.#width = width;
    this.#growth = 2 / width;
    this.#resampler = this.#growth === 2 ? createResampler('8>16') : undefined;
  }

  write(pcm: Int16Array, count: number): void {
    const ring = this.#ring;
    const at = this.#written % ring.length;
    const first = Math.min(count, ring.length - at);
    for (let i = 0; i < first; i += 1) ring[at + i] = pcm[i]!;
    for (let i = first; i < count; i += 1) ring[i - first] = pcm[i]!;
    this.#written += count;
  }

  /** `firstSample`: the first sound, at 8 kHz. What a talkspurt before has sent is not sent again. */
  open(spurtId: SpurtId, firstSample: number): void {
    this.#spurtId = spurtId;
    this.#open = true;
    this.#sent = Math.max(0, this.#sent, (firstSample - this.#preRoll) * this.#width, this.#written - this.#ring.length);
    this.#resampler?.reset();
    this.advance();
  }

  /** Sends what is complete. */
  advance(): void {
    if (!this.#open) return;
    const batch = this.#batch * this.#width;
    while (this.#written - this.#sent >= batch && this.#credit >= this.#growth * batch) this.#send(batch);
    this.#drop(this.#written - this.#sent - MAX_BACKLOG * this.#width);
  }

  /** Sends the rest, which ends the talkspurt. */
  close(): void {
    if (!this.#open) return;
    this.advance();
    const rest = this.#written - this.#sent;
    if (rest > 0 && this.#credit >= this.#growth * rest) this.#send(rest);
    else this.#drop(rest);
    this.#open = false;
  }

  /** Samples at 16 kHz. */
  grant(samples: number): void {
    this.#credit = Math.min(this.#mostCredit, this.#credit + Math.max(0, samples));
    this.advance();
  }

  #send(count: number): void {
    const ring = this.#ring;
    const pcm = new Int16Array(count * this.#growth);
    const into = this.#resampler === undefined ? pcm : scratch;
    const at = this.#sent % ring.length;
    const first = Math.min(count, ring.length - at);
    for (let i = 0; i < first; i += 1) into[i] = ring[at + i]!;
    for (let i = first; i < count; i += 1) into[i] = ring[i - first]!;
    this.#resampler?.process(scratch, count, pcm);
    this.#sent += count;
    this.#credit -= pcm.length;
    this.#sink.audio(this.#spurtId, pcm);
  }

  #drop(count: number): void {
    if (count <= 0) return;
    this.#sent += count;
    this.#sink.dropped(count * this.#growth);
  }
}

const POSITION_HZ = 8000;
/** 2 s at 8 kHz. */
const RING_SAMPLES = 16384;
/** Less than the ring by more than the longest packet. */
const MAX_BACKLOG = 12000;
const scratch = new Int16Array(RING_SAMPLES);
