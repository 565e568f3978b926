import type { ScoredChunk } from './vad/segmenter.ts';

export interface BargeInOptions {
  /** At 8 kHz. */
  readonly duckSamples: number;
  readonly pauseSamples: number;
  readonly threshold: number;
  readonly echoMarginDb: number;
  /** Chunks of 32 ms. */
  readonly echoWindowChunks: number;
}

export type BargeInAction = 'duck' | 'unduck' | 'pause';

/**
 * Notices that the caller speaks over the bot (core), faster than a talkspurt opens: a little speech makes the bot quieter,
 * a little more pauses it. A false alarm is cheap, because the conversation resumes what was paused. Speech counts only where it is
 * louder than the echo that the line has been seen to return.
 */
export class BargeIn {
  readonly #options: BargeInOptions;
  readonly #played: Float64Array;
  #playedAt = 0;
  /** What comes back of the bot's own sound, against what was played; learned while it plays. Decibel. */
  #couplingDb = FIRST_COUPLING_DB;
  #speechSamples = 0;
  #missed = 0;
  #soundSince = -1;
  #onset = -1;
  #ducked = false;
  /** After a resume the speech that goes on does not count: it has been judged. */
  #waitForGap = false;
  #enabled = true;

  constructor(options: BargeInOptions) {
    this.#options = options;
    this.#played = new Float64Array(Math.max(1, options.echoWindowChunks)).fill(QUIET_DBOV);
  }

  /** One chunk of the caller, and what was played meanwhile; `playing`: bot audio is leaving, neither paused nor out. */
  chunk(chunk: ScoredChunk, playing: boolean, playedDbov: number): BargeInAction | undefined {
    this.#remember(playedDbov);
    const expectedEcho = this.#loudestPlayed() + this.#couplingDb;
    this.#learn(chunk.levelDbov, playing);
    this.#followSound(chunk);
    const isSpeech = chunk.firstLoudSample >= 0 && chunk.probability >= this.#options.threshold;
    const isOverEcho = chunk.levelDbov > expectedEcho + this.#options.echoMarginDb;
    if (!isSpeech) this.#waitForGap = false;
    if (!playing || !this.#enabled || this.#waitForGap) return this.#forget();
    return isSpeech && isOverEcho ? this.#speech(chunk) : this.#noSpeech(chunk);
  }

  setEnabled(enabled: boolean): void {
    this.#enabled = enabled;
  }

  /** Playout goes on (or begins anew) after a pause. */
  resumed(): void {
    this.#waitForGap = true;
    this.#ducked = false;
    this.#speechSamples = 0;
    this.#onset = -1;
  }

  /** Where the speech began that the last action was about. */
  get onsetSample(): number {
    return this.#onset;
  }

  get couplingDb(): number {
    return this.#couplingDb;
  }

  #speech(chunk: ScoredChunk): BargeInAction | undefined {
    if (this.#onset < 0) {
      // The model is late by a chunk or two: sound just before was the beginning.
      const reach = chunk.endSample - chunk.sampleCount - ONSET_SAMPLES;
      this.#onset = Math.max(reach, this.#soundSince < 0 ? chunk.firstLoudSample : this.#soundSince);
    }
    this.#missed = 0;
    this.#speechSamples = chunk.endSample - this.#onset;
    if (this.#speechSamples >= this.#options.pauseSamples) {
      this.#ducked = false;
      this.#speechSamples = 0;
      return 'pause';
    }
    if (this.#speechSamples < this.#options.duckSamples || this.#ducked) return undefined;
    this.#ducked = true;
    return 'duck';
  }

  #noSpeech(chunk: ScoredChunk): BargeInAction | undefined {
    if (this.#onset < 0) return undefined;
    this.#missed += 1;
    if (this.#missed < FORGIVEN_CHUNKS && chunk.firstLoudSample >= 0) return undefined;
    return this.#forget();
  }

  #forget(): BargeInAction | undefined {
    const wasDucked = this.#ducked;
    this.#ducked = false;
    this.#onset = -1;
    this.#missed = 0;
    this.#speechSamples = 0;
    return wasDucked ? 'unduck' : undefined;
  }

  #followSound(chunk: ScoredChunk): void {
    if (chunk.firstLoudSample < 0) this.#soundSince = -1;
    else if (this.#soundSince < 0) this.#soundSince = chunk.firstLoudSample;
  }

  #remember(playedDbov: number): void {
    this.#played[this.#playedAt] = playedDbov;
    this.#playedAt = (this.#playedAt + 1) % this.#played.length;
  }

  #loudestPlayed(): number {
    let loudest = QUIET_DBOV;
    for (let i = 0; i < this.#played.length; i += 1) if (this.#played[i]! > loudest) loudest = this.#played[i]!;
    return loudest;
  }

  /** The median of what returns, tracked by small steps: a caller who speaks over the bot for a moment hardly moves it. */
  #learn(levelDbov: number, playing: boolean): void {
    const loudest = this.#loudestPlayed();
    if (!playing || loudest < AUDIBLE_DBOV) return;
    const returned = levelDbov - loudest;
    this.#couplingDb += returned > this.#couplingDb ? LEARN_UP_DB : -LEARN_DOWN_DB;
    this.#couplingDb = Math.min(0, Math.max(MIN_COUPLING_DB, this.#couplingDb));
  }
}

const ONSET_SAMPLES = 512;
const FORGIVEN_CHUNKS = 2;
const QUIET_DBOV = -96;
const AUDIBLE_DBOV = -50;
/** A guess: a good line returns much less, a loudspeaker more; either is learned within a second. */
const FIRST_COUPLING_DB = -24;
const MIN_COUPLING_DB = -60;
/** For each chunk of 32 ms. Unequal steps settle on the upper third of what returns. */
const LEARN_UP_DB = 0.8;
const LEARN_DOWN_DB = 0.4;
