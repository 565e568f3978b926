import type { LineRateHz, SpeechRateHz } from '../codec/rates.ts';
import { createResampler, type Resampler } from '../dsp/resampler.ts';

export interface EchoOptions {
  /** Rate of what is written, and of what is taken. */
  readonly lineRateHz: LineRateHz;
  readonly outputRateHz: SpeechRateHz;
  /** Audio that is waited for before it starts: at first, and at most. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** So much above that is dropped at once: the pause it fills is the shorter evil. */
  readonly slackMs: number;
}

/**
 * Plays the caller back (core): frames of the line go in as they arrive, packets take them out at the local pace. It holds just as
 * much as the arrival varies, and drops or repeats nothing but to follow a drifting clock.
 */
export class EchoLoop {
  readonly #ring: Int16Array;
  readonly #converters: readonly Resampler[];
  readonly #ratio: number;
  readonly #perMs: number;
  readonly #options: EchoOptions;
  #written = 0;
  #read = 0;
  #primed = false;
  /** Samples of the line, as all counts here. */
  #target: number;
  #calmPackets = 0;

  constructor(options: EchoOptions = PACKETS) {
    this.#options = options;
    this.#perMs = options.lineRateHz / 1000;
    this.#target = options.firstMs * this.#perMs;
    this.#ring = new Int16Array(RING_MS * this.#perMs);
    this.#ratio = options.outputRateHz / options.lineRateHz;
    this.#converters = converters(options.lineRateHz, options.outputRateHz);
  }

  write(pcm: Int16Array, count: number): void {
    const ring = this.#ring;
    for (let i = 0; i < count; i += 1) ring[(this.#written + i) % ring.length] = pcm[i]!;
    this.#written += count;
    const most = Math.min(this.#target + this.#options.slackMs * this.#perMs, ring.length);
    if (this.#written - this.#read > most) this.#read = this.#written - this.#target;
  }

  /** Fills `count` samples; false where there is nothing, and `into` is left alone. */
  take(into: Int16Array, count: number): boolean {
    const wanted = count / this.#ratio;
    const waiting = this.#written - this.#read;
    if (!this.#primed && waiting < Math.max(wanted, this.#target)) return false;
    this.#primed = true;
    if (waiting < wanted) {
      this.#primed = false;
      this.#calmPackets = 0;
      this.#target = Math.min(this.#options.mostMs * this.#perMs, this.#target + STEP_MS * this.#perMs);
      return false;
    }
    const first = this.#converters.length === 0 ? into : scratch[0]!;
    for (let i = 0; i < wanted; i += 1) first[i] = this.#ring[(this.#read + i) % this.#ring.length]!;
    this.#read += wanted;
    this.#convert(wanted, into);
    this.#calm();
    return true;
  }

  reset(): void {
    this.#read = this.#written;
    this.#primed = false;
    for (const converter of this.#converters) converter.reset();
  }

  #convert(count: number, into: Int16Array): void {
    let length = count;
    this.#converters.forEach((converter, i) => {
      length = converter.process(scratch[i]!, length, i === this.#converters.length - 1 ? into : scratch[i + 1]!);
    });
  }

  /** Ten quiet seconds: the network may have become better. */
  #calm(): void {
    this.#calmPackets += 1;
    if (this.#calmPackets < CALM_PACKETS) return;
    this.#calmPackets = 0;
    this.#target = Math.max(this.#options.firstMs * this.#perMs, this.#target - STEP_MS * this.#perMs);
  }
}

function converters(lineRateHz: LineRateHz, outputRateHz: SpeechRateHz): readonly Resampler[] {
  if (lineRateHz === outputRateHz) return [];
  if (outputRateHz === 8000) return [createResampler('16>8')];
  const widened = lineRateHz === 8000 ? [createResampler('8>16')] : [];
  return outputRateHz === 16_000 ? widened : [...widened, createResampler('16>24')];
}

/** For audio that comes in packets of some tens of milliseconds, on a narrow line. */
const PACKETS: EchoOptions = { lineRateHz: 8000, outputRateHz: 8000, firstMs: 20, mostMs: 100, slackMs: 60 };
const RING_MS = 512;
const STEP_MS = 20;
const CALM_PACKETS = 500;
/** Work space of the thread: 60 ms at 16 kHz, on either side of the first conversion. */
const scratch = [new Int16Array(60 * 16), new Int16Array(60 * 16)];
