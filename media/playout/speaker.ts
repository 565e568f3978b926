import type { TurnId } from '#domain/turn';
import type { SpeechRateHz } from '../codec/rates.ts';
import { SILENCE_DBOV, levelDbov } from '../dsp/level.ts';
import { createResampler, type Resampler } from '../dsp/resampler.ts';
import type { PlayoutQueue } from './playout-queue.ts';

export interface SpeakerOptions {
  /** Of what is filled: 24 kHz comes straight from the queue. */
  readonly outputRateHz: SpeechRateHz;
  readonly fadeMs: number;
  readonly duckGain: number;
  /** At 24 kHz. */
  readonly rewindSamples: number;
}

/**
 * Makes the frames that leave: takes from the queue, converts the rate where need be, and makes quieter, fades and pauses without a
 * click (core). A paused speaker keeps what it has not said.
 */
export class Speaker {
  readonly #options: SpeakerOptions;
  readonly #queue: PlayoutQueue;
  #outputRateHz: SpeechRateHz;
  #resampler: Resampler | undefined;
  #gain = 1;
  #target = 1;
  #rampSamples: number;
  #paused = false;
  /** The fade-out of a pause is still to leave. */
  #fading = false;
  /** What was paused has nothing left to say: the pause is over with its fade. */
  #pauseIsOver = false;
  /** The filter still holds the end of what was taken. */
  #tail = false;
  #turn: TurnId = 0;
  #lastSample = 0;
  /** Level of the frame that was filled last, dBov. */
  levelDbov = SILENCE_DBOV;
  /** Samples at 24 kHz that the last `fill` took; what follows them in the frame is silence. */
  takenSamples = 0;

  constructor(options: SpeakerOptions, queue: PlayoutQueue) {
    this.#options = options;
    this.#queue = queue;
    this.#outputRateHz = options.outputRateHz;
    this.#resampler = fromQueue(options.outputRateHz);
    this.#rampSamples = this.#fadeSamples;
  }

  /** Fills `count` samples; false: silence, and `pcm` is left alone. */
  fill(pcm: Int16Array, count: number): boolean {
    this.levelDbov = SILENCE_DBOV;
    this.takenSamples = 0;
    if (this.#paused && !this.#fading) return false;
    const wanted = (count * 24_000) / this.#outputRateHz;
    const from = this.#resampler === undefined ? pcm : source;
    const taken = this.#queue.take(from, wanted);
    if (taken === 0 && !this.#tail) return this.#declick(pcm, count);
    if (taken > 0) this.#turn = this.#queue.lastTakenTurn;
    this.takenSamples = taken;
    from.fill(0, taken, wanted);
    this.#tail = this.#resampler !== undefined && taken === wanted;
    this.#resampler?.process(source, wanted, pcm);
    this.#applyGain(pcm, count);
    this.#lastSample = taken > 0 ? pcm[count - 1]! : 0;
    this.levelDbov = levelDbov(pcm, 0, count);
    if (this.#fading) this.#endFade(taken);
    return true;
  }

  /** What is filled from now on has another rate. Fades go on where they are. */
  setOutputRate(outputRateHz: SpeechRateHz): void {
    if (outputRateHz === this.#outputRateHz) return;
    this.#rampSamples = Math.max(1, Math.round((this.#rampSamples * outputRateHz) / this.#outputRateHz));
    this.#outputRateHz = outputRateHz;
    this.#resampler = fromQueue(outputRateHz);
    this.#tail = false;
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
    this.#rampTo(on ? this.#options.duckGain : 1, 2 * this.#fadeSamples);
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = this.#fading = true;
    this.#rampTo(0, this.#fadeSamples);
  }

  /** Pauses at once, because nobody will hear what leaves now; `unheardSamples` (24 kHz) that left already will not be heard either. */
  halt(unheardSamples: number): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#endFade(unheardSamples);
  }

  /** All of what was paused has left: nobody will resume it, and what comes next is not to wait for that. */
  forgetPause(): void {
    if (!this.#paused) return;
    if (this.#fading) this.#pauseIsOver = true;
    else this.#endPause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = this.#fading = this.#pauseIsOver = false;
    this.#gain = 0;
    this.#rampTo(1, this.#fadeSamples);
  }

  /** Something was aborted: nothing of it may still be in the filter, nor hold a pause. */
  cut(): void {
    this.#resampler?.reset();
    this.#tail = this.#fading = false;
    this.#endPause();
  }

  #endPause(): void {
    this.#paused = this.#pauseIsOver = false;
    this.#gain = this.#target = 1;
  }

  /** After the fade what was not heard in full goes back, and a little more, so that words are taken up whole. */
  #endFade(taken: number): void {
    this.#fading = this.#tail = false;
    this.#lastSample = 0;
    this.#resampler?.reset();
    this.#queue.rewind(taken + this.#options.rewindSamples);
    if (this.#pauseIsOver) this.#endPause();
  }

  get #fadeSamples(): number {
    return (this.#options.fadeMs * this.#outputRateHz) / 1000;
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
    const ramp = (DECLICK_MS * this.#outputRateHz) / 1000;
    for (let i = 0; i < count; i += 1) pcm[i] = i < ramp ? Math.round(this.#lastSample * (1 - (i + 1) / ramp)) : 0;
    this.#lastSample = 0;
    this.#turn = 0;
    return true;
  }
}

function fromQueue(outputRateHz: SpeechRateHz): Resampler | undefined {
  if (outputRateHz === 24_000) return undefined;
  return createResampler(outputRateHz === 16_000 ? '24>16' : '24>8');
}

const DECLICK_MS = 4;
/** Work space of the thread: 60 ms at 24 kHz. */
const source = new Int16Array(60 * 24);
