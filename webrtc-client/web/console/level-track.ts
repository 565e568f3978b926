export interface LevelSample {
  readonly atMs: number;
  readonly callerDbov: number;
  readonly botDbov: number;
}

/**
 * Both voices' loudness over a call. Holds at most `capacity` samples: when full, neighbours are merged (the louder of two stays), so that
 * a long call keeps its shape at half the resolution.
 */
export class LevelTrack {
  #samples: LevelSample[] = [];
  #stepMs: number;
  readonly #capacity: number;

  constructor(stepMs: number, capacity: number) {
    this.#stepMs = stepMs;
    this.#capacity = capacity;
  }

  get samples(): readonly LevelSample[] {
    return this.#samples;
  }

  /** Samples closer together than this are merged. */
  get stepMs(): number {
    return this.#stepMs;
  }

  add(sample: LevelSample): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && sample.atMs - last.atMs < this.#stepMs - EARLY_MS) {
      this.#samples[this.#samples.length - 1] = louder(last, sample);
      return;
    }
    this.#samples.push(sample);
    if (this.#samples.length > this.#capacity) this.#halve();
  }

  #halve(): void {
    const halved: LevelSample[] = [];
    for (let index = 0; index < this.#samples.length; index += 2) {
      const one = this.#samples[index];
      const other = this.#samples[index + 1];
      if (one !== undefined) halved.push(other === undefined ? one : louder(one, other));
    }
    this.#samples = halved;
    this.#stepMs *= 2;
  }
}

function louder(one: LevelSample, other: LevelSample): LevelSample {
  return { atMs: one.atMs, callerDbov: Math.max(one.callerDbov, other.callerDbov), botDbov: Math.max(one.botDbov, other.botDbov) };
}

/** Timers come a little early; that is no reason to merge. */
const EARLY_MS = 10;
