/** One chunk of the caller's line with its verdict. Positions are samples of the line at 8 kHz, counted from its start. */
export interface ScoredChunk {
  endSample: number;
  sampleCount: number;
  /** That it is speech, 0 to 1; 0 where there was no sound. */
  probability: number;
  /** First and one past the last sample of sound in the chunk; -1: none. */
  firstLoudSample: number;
  lastLoudSample: number;
  levelDbov: number;
}

export interface SegmenterOptions {
  readonly startThreshold: number;
  readonly stopThreshold: number;
  readonly startSamples: number;
  readonly stopSamples: number;
}

export type SegmenterAction =
  | { readonly kind: 'start'; readonly firstSample: number }
  | { readonly kind: 'stop'; readonly lastVoiceSample: number; readonly voicedSamples: number };

/** Finds talkspurts by hysteresis, counted in samples (core): no clock, so bursts and stalls of the network do not matter. */
export class Segmenter {
  readonly #options: SegmenterOptions;
  #open = false;
  #voicedSamples = 0;
  #firstSample = -1;
  #lastVoiceSample = -1;
  /** Where the sound began that has not stopped since; -1: none. */
  #soundSince = -1;

  constructor(options: SegmenterOptions) {
    this.#options = options;
  }

  chunk(chunk: ScoredChunk): SegmenterAction | undefined {
    this.#followSound(chunk);
    return this.#open ? this.#inside(chunk) : this.#outside(chunk);
  }

  /** The line has reached `endSample`, with nothing loud after the last chunk that was scored. */
  quietUntil(endSample: number): SegmenterAction | undefined {
    if (!this.#open || endSample - this.#lastVoiceSample < this.#options.stopSamples) return undefined;
    return this.#close();
  }

  /** Somebody else is sure that the caller speaks (barge-in): opens now. */
  forceOpen(firstSample: number, endSample: number): SegmenterAction | undefined {
    if (this.#open) return undefined;
    this.#voicedSamples = endSample - firstSample;
    this.#firstSample = firstSample;
    return this.#start(endSample);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** The beginning of the sound that is going on, not more than 64 ms before speech was first recognised in it. */
  get soundSinceSample(): number {
    return this.#soundSince;
  }

  #outside(chunk: ScoredChunk): SegmenterAction | undefined {
    const { startThreshold, stopThreshold, startSamples } = this.#options;
    if (chunk.probability < stopThreshold || chunk.lastLoudSample < 0) {
      this.#voicedSamples = Math.max(0, this.#voicedSamples - 2 * chunk.sampleCount);
      if (this.#voicedSamples === 0) this.#firstSample = -1;
      return undefined;
    }
    if (chunk.probability < startThreshold) return undefined;
    if (this.#firstSample < 0) {
      const reach = chunk.endSample - chunk.sampleCount - ONSET_SAMPLES;
      this.#firstSample = Math.max(reach, this.#soundSince < 0 ? chunk.firstLoudSample : this.#soundSince);
    }
    this.#voicedSamples += chunk.sampleCount;
    return this.#voicedSamples >= startSamples ? this.#start(chunk.lastLoudSample) : undefined;
  }

  #start(lastVoiceSample: number): SegmenterAction {
    this.#open = true;
    this.#lastVoiceSample = lastVoiceSample;
    return { kind: 'start', firstSample: this.#firstSample };
  }

  #inside(chunk: ScoredChunk): SegmenterAction | undefined {
    if (chunk.probability >= this.#options.stopThreshold && chunk.lastLoudSample >= 0) {
      this.#voicedSamples += chunk.sampleCount;
      this.#lastVoiceSample = chunk.lastLoudSample;
      return undefined;
    }
    return this.quietUntil(chunk.endSample);
  }

  #close(): SegmenterAction {
    const action: SegmenterAction = { kind: 'stop', lastVoiceSample: this.#lastVoiceSample, voicedSamples: this.#voicedSamples };
    this.#open = false;
    this.#voicedSamples = 0;
    this.#firstSample = -1;
    return action;
  }

  #followSound(chunk: ScoredChunk): void {
    if (chunk.firstLoudSample < 0) this.#soundSince = -1;
    else if (this.#soundSince < 0) this.#soundSince = chunk.firstLoudSample;
  }
}

/** The model needs a chunk or two to be sure; sound just before belongs to the speech. 64 ms. */
const ONSET_SAMPLES = 512;
