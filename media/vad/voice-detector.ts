import type { Ms } from '#domain/units';
import { EnergyGate } from './energy-gate.ts';
import type { ScoredChunk } from './segmenter.ts';

/** Scores chunks with a model, many legs at a time; answers in the order asked, later and from outside of `score`. */
export interface SpeechScorer {
  /** `samples`: `CONTEXT_SAMPLES` before the chunk and the chunk; copied. */
  score(requester: ScoreRequester, samples: Float32Array): void;
}

export interface ScoreRequester {
  /** Recurrent state of the model for this line; the scorer reads and writes it. */
  readonly modelState: Float32Array;
  scored(nowMs: Ms, probability: number): void;
}

export interface DetectorSink {
  /** In order; `chunk` is reused. */
  chunk(nowMs: Ms, chunk: ScoredChunk): void;
}

export interface DetectorOptions {
  readonly gateMarginDb: number;
  readonly gateFloorDbov: number;
}

/**
 * Cuts the line into chunks of 32 ms and finds out how likely each is speech (core). Chunks without sound are not shown to the
 * model; without a model, sound itself counts as speech.
 */
export class VoiceDetector implements ScoreRequester {
  readonly modelState = new Float32Array(MODEL_STATE);
  readonly #gate: EnergyGate;
  readonly #scorer: SpeechScorer | undefined;
  readonly #sink: DetectorSink;
  readonly #samples = new Float32Array(CONTEXT_SAMPLES + CHUNK_SAMPLES);
  #fill = 0;
  #position = 0;
  #chunkSum = 0;
  #blockSum = 0;
  #blockFill = 0;
  #putIn = 0;
  #firstLoud = -1;
  #lastLoud = -1;
  #chunksSinceSound = RESET_AFTER_CHUNKS;
  readonly #pending: ScoredChunk[] = Array.from({ length: MAX_PENDING }, emptyChunk);
  #head = 0;
  #tail = 0;
  /** Chunks that had to be judged by energy because the model was behind. */
  overruns = 0;

  constructor(options: DetectorOptions, scorer: SpeechScorer | undefined, sink: DetectorSink) {
    this.#gate = new EnergyGate(options.gateMarginDb, options.gateFloorDbov);
    this.#scorer = scorer;
    this.#sink = sink;
  }

  /** `silence`: put in by us, so never speech whatever it contains. */
  frame(nowMs: Ms, pcm: Int16Array, count: number, silence: boolean): void {
    for (let at = 0; at < count;) {
      const part = Math.min(count - at, BLOCK_SAMPLES - this.#blockFill);
      this.#take(pcm, at, part, silence);
      at += part;
      if (this.#blockFill === BLOCK_SAMPLES) this.#endBlock();
      if (this.#fill === CHUNK_SAMPLES) this.#endChunk(nowMs);
    }
  }

  scored(nowMs: Ms, probability: number): void {
    // The oldest chunk without an answer is the one that was asked about first.
    for (let at = this.#head; at < this.#tail; at += 1) {
      const chunk = this.#pending[at % MAX_PENDING]!;
      if (chunk.probability >= 0) continue;
      chunk.probability = probability;
      break;
    }
    this.#deliver(nowMs);
  }

  /** Samples of the line so far. */
  get position(): number {
    return this.#position;
  }

  /** Whether sound is on its way that no verdict has been given on. */
  get hasOpenSound(): boolean {
    if (this.#firstLoud >= 0) return true;
    for (let at = this.#head; at < this.#tail; at += 1) if (this.#pending[at % MAX_PENDING]!.firstLoudSample >= 0) return true;
    return false;
  }

  get noiseFloorDbov(): number {
    return this.#gate.floorDbov;
  }

  /** Samples of one block; blocks divide chunks. */
  #take(pcm: Int16Array, from: number, count: number, silence: boolean): void {
    const samples = this.#samples;
    const into = CONTEXT_SAMPLES + this.#fill;
    let sum = 0;
    for (let i = 0; i < count; i += 1) {
      const sample = pcm[from + i]!;
      samples[into + i] = sample / 32768;
      sum += sample * sample;
    }
    if (silence) this.#putIn += count;
    else this.#blockSum += sum;
    this.#fill += count;
    this.#blockFill += count;
    this.#position += count;
  }

  #endBlock(): void {
    if (this.#blockSum > this.#gate.gatePower * BLOCK_SAMPLES) {
      if (this.#firstLoud < 0) this.#firstLoud = this.#position - BLOCK_SAMPLES;
      this.#lastLoud = this.#position;
    }
    this.#chunkSum += this.#blockSum;
    this.#blockSum = 0;
    this.#blockFill = 0;
  }

  #endChunk(nowMs: Ms): void {
    const level = this.#putIn === 0 ? this.#gate.chunk(this.#chunkSum / CHUNK_SAMPLES) : LEVEL_OF_SILENCE;
    const isSound = this.#firstLoud >= 0;
    this.#chunksSinceSound = isSound ? 0 : this.#chunksSinceSound + 1;
    if (this.#chunksSinceSound === RESET_AFTER_CHUNKS) this.modelState.fill(0);
    if (this.#tail - this.#head === MAX_PENDING) this.#giveUpOnOldest(nowMs);
    const chunk = this.#pending[this.#tail % MAX_PENDING]!;
    this.#tail += 1;
    chunk.endSample = this.#position;
    chunk.sampleCount = CHUNK_SAMPLES;
    chunk.firstLoudSample = this.#firstLoud;
    chunk.lastLoudSample = this.#lastLoud;
    chunk.levelDbov = level;
    chunk.probability = this.#scorer === undefined ? (isSound ? 1 : 0) : isSound ? UNKNOWN : 0;
    if (chunk.probability === UNKNOWN) this.#scorer!.score(this, this.#samples);
    this.#samples.copyWithin(0, CHUNK_SAMPLES);
    this.#fill = this.#chunkSum = this.#putIn = 0;
    this.#firstLoud = this.#lastLoud = -1;
    this.#deliver(nowMs);
  }

  #deliver(nowMs: Ms): void {
    while (this.#head < this.#tail) {
      const chunk = this.#pending[this.#head % MAX_PENDING]!;
      if (chunk.probability < 0) return;
      this.#head += 1;
      this.#sink.chunk(nowMs, chunk);
    }
  }

  /** The model is a second behind: its late answer will be taken for the next chunk's, which is better than none. */
  #giveUpOnOldest(nowMs: Ms): void {
    this.overruns += 1;
    this.#pending[this.#head % MAX_PENDING]!.probability = 1;
    this.#deliver(nowMs);
  }
}

function emptyChunk(): ScoredChunk {
  return { endSample: 0, sampleCount: 0, probability: 0, firstLoudSample: -1, lastLoudSample: -1, levelDbov: 0 };
}

/** What Silero takes at 8 kHz: 32 ms, and 4 ms of what came before. */
export const CHUNK_SAMPLES = 256;
export const CONTEXT_SAMPLES = 32;
/** Two layers of 128. */
export const MODEL_STATE = 256;
/** Sound is looked for in blocks of 8 ms. */
const BLOCK_SAMPLES = 64;
const MAX_PENDING = 32;
const UNKNOWN = -1;
const LEVEL_OF_SILENCE = -96;
/** After a second without sound the model starts afresh. */
const RESET_AFTER_CHUNKS = 31;
