import type { Ms } from '#domain/units';
import { TokenBucket } from '#kit/token-bucket';
import { PcmReader } from './pcm-reader.ts';

/** What a client sends as audio (core): made into pieces, bounded to real time and one burst, and held while the media are being opened. */
export class CallerAudio {
  readonly #burstMs: Ms;
  #bytesPerMs = 32;
  #bucket: TokenBucket;
  #reader: PcmReader;
  #held: Int16Array[] = [];
  #frames = 0;
  #heldDropped = 0;

  constructor(burstMs: Ms) {
    this.#burstMs = burstMs;
    [this.#bucket, this.#reader] = this.#parts();
  }

  /** The client's rate is known; nothing was read before. */
  begin(rateHz: 8000 | 16000): void {
    this.#bytesPerMs = (rateHz * 2) / 1000;
    [this.#bucket, this.#reader] = this.#parts();
  }

  /** Pieces of 20 to 100 ms; nothing of a frame that is too much. `bytes` need not outlive the call. */
  read(nowMs: Ms, bytes: Uint8Array): readonly Int16Array[] {
    this.#frames += 1;
    if (this.#bucket.take(nowMs, bytes.length)) return this.#reader.read(bytes);
    this.#reader.skip(bytes.length);
    return [];
  }

  hold(pcm: Int16Array): void {
    if (this.#held.length >= MAX_HELD) {
      this.#held.shift();
      this.#heldDropped += 1;
    }
    this.#held.push(pcm);
  }

  takeHeld(): readonly Int16Array[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  get counters(): { readonly framesIn: number; readonly bytesDropped: number; readonly piecesDropped: number } {
    return { framesIn: this.#frames, bytesDropped: this.#bucket.refused, piecesDropped: this.#heldDropped };
  }

  #parts(): [TokenBucket, PcmReader] {
    const samplesPerMs = this.#bytesPerMs / 2;
    return [
      new TokenBucket({ perSecond: this.#bytesPerMs * 1000 * CLOCK_SLACK, capacity: this.#bytesPerMs * this.#burstMs }),
      new PcmReader(20 * samplesPerMs, 100 * samplesPerMs),
    ];
  }
}

/** Sound cards are off by some per mille at most; a long call must not lose audio for that. */
const CLOCK_SLACK = 1.02;
/** Opening takes milliseconds; so many pieces are 10 s of the usual frames. */
const MAX_HELD = 100;
