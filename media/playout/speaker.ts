import type { TurnId } from '#domain/turn';
import { SILENCE_DBOV, levelDbov } from '../dsp/level.ts';
import { createResampler } from '../dsp/resampler.ts';
import type { PlayoutQueue } from './playout-queue.ts';

export interface SpeakerOptions {
  /** At 8 kHz. */
  readonly fadeSamples: number;
  readonly duckGain: number;
  /** At 24 kHz. */
  readonly rewindSamples: number;
}

/**
 * Makes the 8 kHz frames that leave: takes from the queue, converts the rate, and makes quieter, fades and pauses without a
 * click (core). A paused speaker keeps what it has not said.
 */
export class Speaker {
  readonly #options: SpeakerOptions;
  readonly #queue: PlayoutQueue;
  readonly #resampler = createResampler('24>8');
  #gain = 1;
  #target = 1;
  #rampSamples: number;
  #paused = false;
  /** The fade-out of a pause is still to leave. */
  #fading = false;
  /** The filter still holds the end of what was taken. */
  #tail = false;
  #turn: TurnId = 0;
  #lastSample = 0;
  /** Level of the frame that was filled last, dBov. */
  levelDbov = SILENCE_DBOV;

  constructor(options: SpeakerOptions, queue: PlayoutQueue) {
    this.#options = options;
    this.#queue = queue;
    this.#rampSamples = options.fadeSamples;
  }

  /** Fills `count` samples; false: silence, and `pcm` is left alone. */
  fill(pcm: Int16Array, count: number): boolean {
    this.levelDbov = SILENCE_DBOV;
    if (this.#paused && !this.#fading) return false;
    const wanted = count * RATE_RATIO;
    const taken = this.#queue.take(source, wanted);
    if (taken === 0 && !this.#tail) return this.#declick(pcm, count);
    if (taken > 0) this.#turn = this.#queue.lastTakenTurn;
    source.fill(0, taken, wanted);
    this.#tail = taken === wanted;
    this.#resampler.process(source, wanted, pcm);
    this.#applyGain(pcm, count);
    this.#lastSample = taken > 0 ? pcm[count - 1]! : 0;
    this.levelDbov = levelDbov(pcm, 0, count);
    if (this.#fading) this.#endFade(taken);
    return true;
  }

  /** Turn of the frame that was filled last. */
  get turn(): TurnId {
    return this.#turn;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** Whether bot audio leaves now or with the next packet. */
  get isSpeaking(): boolean {
    return !this.#paused && !this.#queue.isEmpty;
  }

  duck(on: boolean): void {
    this.#rampTo(on ? this.#options.duckGain : 1, 2 * this.#options.fadeSamples);
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = this.#fading = true;
    this.#rampTo(0, this.#options.fadeSamples);
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = this.#fading = false;
    this.#gain = 0;
    this.#rampTo(1, this.#options.fadeSamples);
  }

  /** Something was aborted: nothing of it may still be in the filter, nor hold a pause. */
  cut(): void {
    this.#resampler.reset();
    this.#tail = this.#paused = this.#fading = false;
    this.#gain = this.#target = 1;
  }

  /** After the fade what was not heard in full goes back, and a little more, so that words are taken up whole. */
  #endFade(taken: number): void {
    this.#fading = this.#tail = false;
    this.#lastSample = 0;
    this.#resampler.reset();
    this.#queue.rewind(taken + this.#options.rewindSamples);
  }

  #rampTo(gain: number, samples: number): void {
    this.#target = gain;
    this.#rampSamples = samples;
  }

  #applyGain(pcm: Int16Array, count: number): void {
    if (this.#gain === this.#target) {
      if (this.#gain === 1) return;
      for (let i = 0; i < count; i += 1) pcm[i] = Math.round(pcm[i]! * this.#gain);
      return;
    }
    const step = (this.#target - this.#gain) / this.#rampSamples;
    let gain = this.#gain;
    for (let i = 0; i < count; i += 1) {
      gain = i < this.#rampSamples ? gain + step : this.#target;
      pcm[i] = Math.round(pcm[i]! * gain);
    }
    this.#gain = this.#rampSamples > count ? gain : this.#target;
    this.#rampSamples = Math.max(1, this.#rampSamples - count);
  }

  /** 4 ms from the last sample down to zero, where audio was cut off hard. */
  #declick(pcm: Int16Array, count: number): boolean {
    if (this.#lastSample === 0) return false;
    for (let i = 0; i < count; i += 1) pcm[i] = i < DECLICK_SAMPLES ? Math.round(this.#lastSample * (1 - (i + 1) / DECLICK_SAMPLES)) : 0;
    this.#lastSample = 0;
    this.#turn = 0;
    return true;
  }
}

/** 24 kHz to 8 kHz. */
const RATE_RATIO = 3;
const DECLICK_SAMPLES = 32;
/** Work space of the thread: 60 ms at 24 kHz. */
const source = new Int16Array(60 * 24);
