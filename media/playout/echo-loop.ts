/**
 * Plays the caller back (core): frames of the line go in as they arrive, packets take them out at the local pace. It holds just as
 * much as the arrival varies, and drops or repeats nothing but to follow a drifting clock.
 */
export class EchoLoop {
  readonly #ring = new Int16Array(RING_SAMPLES);
  #written = 0;
  #read = 0;
  #primed = false;
  /** Audio that is waited for before it starts, samples at 8 kHz. */
  #target = FIRST_TARGET;
  #calmPackets = 0;

  write(pcm: Int16Array, count: number): void {
    for (let i = 0; i < count; i += 1) this.#ring[(this.#written + i) % RING_SAMPLES] = pcm[i]!;
    this.#written += count;
    if (this.#written - this.#read > this.#target + SLACK) this.#read = this.#written - this.#target;
  }

  /** Fills `count` samples; false where there is nothing, and `into` is left alone. */
  take(into: Int16Array, count: number): boolean {
    const waiting = this.#written - this.#read;
    if (!this.#primed && waiting < Math.max(count, this.#target)) return false;
    this.#primed = true;
    if (waiting < count) {
      this.#primed = false;
      this.#calmPackets = 0;
      this.#target = Math.min(MOST_TARGET, this.#target + TARGET_STEP);
      return false;
    }
    for (let i = 0; i < count; i += 1) into[i] = this.#ring[(this.#read + i) % RING_SAMPLES]!;
    this.#read += count;
    this.#calm();
    return true;
  }

  reset(): void {
    this.#read = this.#written;
    this.#primed = false;
  }

  /** Ten quiet seconds: the network may have become better. */
  #calm(): void {
    this.#calmPackets += 1;
    if (this.#calmPackets < CALM_PACKETS) return;
    this.#calmPackets = 0;
    this.#target = Math.max(FIRST_TARGET, this.#target - TARGET_STEP);
  }
}

const RING_SAMPLES = 4096;
/** 20 ms, up to 100 ms in steps of 20, at 8 kHz. */
const FIRST_TARGET = 160;
const TARGET_STEP = 160;
const MOST_TARGET = 800;
/** 60 ms above the target are dropped at once: the pause they fill is the shorter evil. */
const SLACK = 480;
const CALM_PACKETS = 500;
