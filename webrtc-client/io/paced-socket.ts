import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Clock } from '#domain/clock';
import type { Ms } from '#domain/units';
import { TokenBucket } from '#kit/token-bucket';
import { FrameMeter } from '../websocket/frame-meter.ts';

export interface Pace {
  readonly framesPerSecond: number;
  readonly clock: Clock;
}

/**
 * A connection of which WebSocket frames are read no faster than `framesPerSecond`, and only some of them in one turn of the event loop: an empty
 * frame costs as much to read as a full one, and one packet holds hundreds. Nothing is dropped; whoever sends more is not read for a while, and
 * whoever keeps at it is told of by `flooded`.
 */
export class PacedSocket extends Duplex {
  readonly #socket: Duplex;
  readonly #clock: Clock;
  readonly #meter = new FrameMeter();
  readonly #frames: TokenBucket;
  readonly #atOnce: number;
  /** Came and may not be read yet. */
  #pending: Buffer | undefined;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;
  /** Since when more comes than is read. */
  #behindSinceMs: Ms | undefined;
  /** Set by whoever reads. */
  flooded: () => void = () => this.destroy();

  constructor(socket: Duplex, { framesPerSecond, clock }: Pace) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#clock = clock;
    this.#atOnce = framesPerSecond * STALL_S;
    this.#frames = new TokenBucket({ perSecond: framesPerSecond, capacity: this.#atOnce });
    // What `ws` would set on a socket of its own.
    if (socket instanceof Socket) socket.setTimeout(0).setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.#pending = this.#pending === undefined ? bytes : Buffer.concat([this.#pending, bytes]);
      this.#pump();
    });
    socket.on('end', () => this.#ended());
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.pause();
  }

  override _read(): void {
    this.#wanted = true;
    this.#pump();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.cork();
    for (const [index, { chunk }] of chunks.entries()) this.#socket.write(chunk, index === chunks.length - 1 ? done : undefined);
    this.#socket.uncork();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#pending = undefined;
    if (this.#socket.closed) {
      done(error);
      return;
    }
    this.#socket.once('close', () => done(error));
    this.#socket.destroy();
  }

  #pump(): void {
    if (this.destroyed || !this.#wanted || this.#timer !== undefined || this.#turn !== undefined) return;
    if (this.#pending === undefined) {
      if (this.#socket.readableEnded) this.push(null);
      else this.#socket.resume();
      return;
    }
    const nowMs = this.#clock.nowMs();
    const left = this.#frames.available(nowMs);
    if (left > this.#atOnce / 2) this.#behindSinceMs = undefined;
    const taken = this.#meter.take(this.#pending, Math.min(FRAMES_PER_TURN, Math.floor(left)));
    this.#frames.take(nowMs, taken.frames);
    const ready = this.#pending.subarray(0, taken.bytes);
    this.#pending = taken.bytes === this.#pending.length ? undefined : this.#pending.subarray(taken.bytes);
    if (this.#pending !== undefined) this.#socket.pause();
    if (taken.bytes === 0) this.#hold(nowMs);
    else {
      this.#wanted = this.push(ready);
      if (this.#pending !== undefined) this.#later();
      else if (this.#wanted) this.#socket.resume();
      else this.#socket.pause();
    }
  }

  #later(): void {
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#pump();
    });
  }

  #hold(nowMs: Ms): void {
    this.#behindSinceMs ??= nowMs;
    if (nowMs - this.#behindSinceMs >= PATIENCE_MS) {
      this.flooded();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, HOLD_MS);
  }

  /** What is pending comes first. */
  #ended(): void {
    if (this.#pending === undefined) this.push(null);
  }
}

/** A network that stalls for so long sends all of it at once afterwards. As `burstMs` of the options has it for audio. */
const STALL_S = 10;
/** About half a millisecond of work; a guess from 2.2 µs a frame. */
const FRAMES_PER_TURN = 200;
const HOLD_MS = 50;
/** A guess: no stall makes a client send more than it may for so long. */
const PATIENCE_MS = 3_000;
