import { speechSpan } from './speech-level.ts';

/** When a sound that was played left, by its packets. */
export interface PlayedSound {
  readonly firstPacketAtMs: number;
  /** Undefined where the sound holds no speech. */
  readonly firstSpeechAtMs: number | undefined;
  readonly lastSpeechAtMs: number | undefined;
  readonly endAtMs: number;
}

interface Playing {
  readonly pcm: Int16Array;
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly done: (played: PlayedSound) => void;
  frame: number;
  firstPacketAtMs: number;
  firstSpeechAtMs: number | undefined;
  lastSpeechAtMs: number | undefined;
}

/** Sounds that wait to be spoken, cut into frames of 20 ms with noise under them; knows by which packet each one's speech began and ended. */
export class SpeechQueue {
  readonly frameSamples: number;
  readonly #queue: Playing[] = [];
  #noise: Int16Array | undefined;
  #noiseAt = 0;

  constructor(sampleRateHz: number) {
    this.frameSamples = sampleRateHz / FRAMES_PER_S;
  }

  /** Mixed under every frame; a loop. */
  setNoise(loop: Int16Array | undefined): void {
    this.#noise = loop;
    this.#noiseAt = 0;
  }

  /** Plays after what is already queued; resolves when its last packet has left, or when the queue is closed. */
  play(pcm: Int16Array): Promise<PlayedSound> {
    const span = speechSpan(pcm, this.frameSamples);
    return new Promise((resolve) => {
      this.#queue.push({
        pcm,
        first: span.firstFrame,
        last: span.lastFrame,
        done: resolve,
        frame: 0,
        firstPacketAtMs: 0,
        firstSpeechAtMs: undefined,
        lastSpeechAtMs: undefined,
      });
    });
  }

  get playing(): boolean {
    return this.#queue.length > 0;
  }

  nextFrame(): Int16Array {
    const size = this.frameSamples;
    const frame = new Int16Array(size);
    const playing = this.#queue[0];
    if (playing) frame.set(playing.pcm.subarray(playing.frame * size, (playing.frame + 1) * size));
    const noise = this.#noise;
    if (noise && noise.length > 0) {
      for (let i = 0; i < size; i++) {
        frame[i] = Math.max(-32768, Math.min(32767, (frame[i] as number) + (noise[this.#noiseAt] as number)));
        this.#noiseAt = (this.#noiseAt + 1) % noise.length;
      }
    }
    return frame;
  }

  /** What `nextFrame` gave has left; to be told before the next `play`. */
  left(atMs: number): void {
    const playing = this.#queue[0];
    if (!playing) return;
    if (playing.frame === 0) playing.firstPacketAtMs = atMs;
    if (playing.frame === playing.first) playing.firstSpeechAtMs = atMs;
    if (playing.frame === playing.last) playing.lastSpeechAtMs = atMs;
    playing.frame++;
    if (playing.frame * this.frameSamples < playing.pcm.length) return;
    this.#queue.shift();
    playing.done({ ...spanOf(playing), endAtMs: atMs });
  }

  close(nowMs: number): void {
    for (const playing of this.#queue.splice(0)) playing.done({ ...spanOf(playing), endAtMs: nowMs });
  }
}

function spanOf(playing: Playing): Omit<PlayedSound, 'endAtMs'> {
  return { firstPacketAtMs: playing.firstPacketAtMs, firstSpeechAtMs: playing.firstSpeechAtMs, lastSpeechAtMs: playing.lastSpeechAtMs };
}

const FRAMES_PER_S = 50;
