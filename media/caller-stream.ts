import type { Ms } from '#domain/units';
import type { LineRateHz } from './codec/rates.ts';
import type { FrameSink } from './jitter/line-filler.ts';

/**
 * Audio of a caller that comes over a stream, in pieces of any length and in bursts (core). What comes goes into the line at once, as far as that does not run away
 * from the clock by more than a second; the rest waits, bounded, the oldest being dropped. Where nothing comes for longer
 * than the pieces let one expect, silence is put in, so that turns end.
 */
export class CallerStream {
  readonly #sink: FrameSink;
  readonly #perMs: number;
  readonly #starveMs: Ms;
  #ring: Int16Array;
  #written = 0;
  #read = 0;
  /** Audio that may go into the line now, milliseconds. */
  #creditMs = MAX_AHEAD_MS;
  #creditAtMs: Ms;
  #filledUntilMs: Ms = -1;
  #starving = false;
  /** How long the pieces are that come at present: the longest of late. */
  #pieceMs: Ms = 0;
  receivedSamples = 0;
  droppedSamples = 0;

  constructor(nowMs: Ms, lineRateHz: LineRateHz, starveMs: Ms, sink: FrameSink) {
    this.#sink = sink;
    this.#perMs = lineRateHz / 1000;
    this.#starveMs = starveMs;
    this.#ring = new Int16Array(USUAL_BACKLOG_MS * this.#perMs);
    this.#creditAtMs = nowMs;
  }

  /** Returns the samples that had to be dropped. */
  audio(nowMs: Ms, pcm: Int16Array): number {
    if (pcm.length === 0) return 0;
    this.receivedSamples += pcm.length;
    this.#pieceMs = Math.max(pcm.length / this.#perMs, this.#pieceMs * FORGET);
    let dropped = 0;
    for (let at = 0; at < pcm.length;) {
      const part = Math.min(pcm.length - at, this.#perMs * PART_MS);
      dropped += this.#write(pcm, at, part);
      at += part;
      this.#drain(nowMs);
    }
    this.droppedSamples += dropped;
    return dropped;
  }

  tick(nowMs: Ms): void {
    this.#drain(nowMs);
    if (this.#filledUntilMs < 0 || this.#written - this.#read >= this.#perMs * FRAME_MS) return;
    const missingMs = nowMs - this.#filledUntilMs;
    if (missingMs < (this.#starving ? FRAME_MS : this.#patienceMs)) return;
    this.#starving = true;
    if (missingMs > MAX_FILL_MS) this.#filledUntilMs = nowMs - MAX_FILL_MS;
    frame.fill(0);
    for (let left = Math.floor((nowMs - this.#filledUntilMs) / FRAME_MS); left > 0; left -= 1) {
      this.#sink.frame(nowMs, frame, FRAME_MS * this.#perMs, 'silence');
      this.#filledUntilMs += FRAME_MS;
    }
  }

  /** Audio that waits because it came too far ahead of the clock. */
  get backlogMs(): Ms {
    return (this.#written - this.#read) / this.#perMs;
  }

  /** A piece comes as often as it is long; as much again for one that is late, within reason. */
  get #patienceMs(): Ms {
    return Math.max(this.#starveMs, Math.min(MAX_PATIENCE_MS, 2 * this.#pieceMs));
  }

  #write(pcm: Int16Array, from: number, count: number): number {
    if (this.#written - this.#read + count > this.#ring.length) this.#grow();
    const ring = this.#ring;
    for (let i = 0; i < count; i += 1) ring[(this.#written + i) % ring.length] = pcm[from + i]!;
    this.#written += count;
    const dropped = Math.max(0, this.#written - this.#read - ring.length);
    this.#read += dropped;
    return dropped;
  }

  /** Seldom needed, and big: not before it is. */
  #grow(): void {
    const before = this.#ring;
    if (before.length >= MAX_BACKLOG_MS * this.#perMs) return;
    this.#ring = new Int16Array(MAX_BACKLOG_MS * this.#perMs);
    for (let at = this.#read; at < this.#written; at += 1) this.#ring[at % this.#ring.length] = before[at % before.length]!;
  }

  #drain(nowMs: Ms): void {
    this.#creditMs = Math.min(MAX_AHEAD_MS, this.#creditMs + (nowMs - this.#creditAtMs) * CREDIT_SPEED);
    this.#creditAtMs = nowMs;
    const size = FRAME_MS * this.#perMs;
    while (this.#written - this.#read >= size && this.#creditMs >= FRAME_MS) {
      for (let i = 0; i < size; i += 1) frame[i] = this.#ring[(this.#read + i) % this.#ring.length]!;
      this.#read += size;
      this.#creditMs -= FRAME_MS;
      this.#starving = false;
      this.#filledUntilMs = nowMs;
      this.#sink.frame(nowMs, frame, size, 'voice');
    }
  }
}

/** What goes into the line at a time; less waits for the next piece. */
const FRAME_MS = 10;
const MAX_AHEAD_MS = 1000;
/** A long piece is taken in parts, so that what goes into the line at once needs no room. */
const PART_MS = 500;
/** A little faster than time, so that a client whose clock is fast does not fall behind for ever. */
const CREDIT_SPEED = 1.05;
const USUAL_BACKLOG_MS = 1000;
/** A file that was sent as fast as it could be read is heard as if it had been spoken, up to here. */
const MAX_BACKLOG_MS = 10_000;
const MAX_FILL_MS = 400;
const MAX_PATIENCE_MS = 400;
/** For each piece: a client that sends shorter ones is believed after a second or two. */
const FORGET = 0.9;
/** Work space of the thread. */
const frame = new Int16Array(FRAME_MS * 16);
