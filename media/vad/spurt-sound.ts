import type { SpurtSound } from '#domain/leg-media';
import { PITCH_WINDOW_SAMPLES, pitchHz } from '../dsp/pitch.ts';
import type { ScoredChunk } from './segmenter.ts';

/** How loud and how high a talkspurt was (core). Fed with the line at 8 kHz and the verdicts on its chunks; both are counted in samples. */
export class SpurtMeter {
  readonly #ring = new Int16Array(RING_SAMPLES);
  readonly #window = new Float32Array(PITCH_WINDOW_SAMPLES);
  readonly #pitches: number[] = [];
  #position = 0;
  #chunks = 0;
  #power = 0;
  #probability = 0;
  #windows = 0;

  write(pcm: Int16Array, count: number): void {
    const ring = this.#ring;
    const at = this.#position % RING_SAMPLES;
    const first = Math.min(count, RING_SAMPLES - at);
    for (let i = 0; i < first; i += 1) ring[at + i] = pcm[i]!;
    for (let i = first; i < count; i += 1) ring[i - first] = pcm[i]!;
    this.#position += count;
  }

  /** A chunk of the line that counts as speech. */
  speech(chunk: ScoredChunk): void {
    this.#chunks += 1;
    this.#probability += chunk.probability;
    this.#power += 10 ** (chunk.levelDbov / 10);
    // Every second chunk will do: a vowel lasts three.
    if (this.#chunks % 2 === 1 || this.#pitches.length >= MAX_PITCHES) return;
    const from = chunk.endSample - PITCH_WINDOW_SAMPLES;
    if (from < 0 || from < this.#position - RING_SAMPLES) return;
    for (let i = 0; i < PITCH_WINDOW_SAMPLES; i += 1) this.#window[i] = this.#ring[(from + i) % RING_SAMPLES]! / 32768;
    this.#windows += 1;
    const pitch = pitchHz(this.#window, 0);
    if (pitch !== undefined) this.#pitches.push(pitch);
  }

  /** What was measured since the last `reset`; undefined where that is too little to say anything. */
  take(): SpurtSound | undefined {
    const chunks = this.#chunks;
    const sound: SpurtSound | undefined =
      chunks < MIN_CHUNKS
        ? undefined
        : { levelDbov: 10 * Math.log10(this.#power / chunks), speechRatio: this.#probability / chunks, ...this.#pitch() };
    this.reset();
    return sound;
  }

  reset(): void {
    this.#chunks = this.#power = this.#probability = this.#windows = 0;
    this.#pitches.length = 0;
  }

  #pitch(): Pick<SpurtSound, 'pitchHz' | 'pitchedRatio' | 'pitchSpreadSemitones'> {
    if (this.#windows === 0) return {};
    const pitchedRatio = this.#pitches.length / this.#windows;
    if (this.#pitches.length < MIN_PITCHES) return { pitchedRatio };
    const sorted = this.#pitches.toSorted((a, b) => a - b);
    const tenth = Math.floor(sorted.length / 10);
    const pitchSpreadSemitones = 12 * Math.log2(sorted[sorted.length - 1 - tenth]! / sorted[tenth]!);
    return { pitchHz: sorted[sorted.length >> 1]!, pitchedRatio, pitchSpreadSemitones };
  }
}

/** Verdicts come at most 32 chunks late, and the window reaches one chunk further back. */
const RING_SAMPLES = 16_384;
/** 160 ms of speech, and four windows with a pitch in them; guesses. */
const MIN_CHUNKS = 5;
const MIN_PITCHES = 4;
/** Of half a minute; more would not change the median. */
const MAX_PITCHES = 480;
