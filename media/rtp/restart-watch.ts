import type { Ms } from '#domain/units';
import { RtpPacket } from './packet.ts';
import { sequenceDelta, timestampDelta } from './sequence.ts';

export interface HeldPacket {
  readonly rtp: RtpPacket;
  readonly bytes: Uint8Array;
  atMs: Ms;
}

/**
 * Keeps the last few packets that the order of a stream has no place for (core): they may be strays, or the sender has begun its sequence anew
 * without saying so. Then those that came until that was plain are the beginning of what it says now, and are not lost.
 */
export class RestartWatch {
  readonly #slots: HeldPacket[] = [];
  #held = 0;
  /** All of them are newer by their timestamps than anything that was taken. */
  #areNewer = true;
  #areJumps = false;
  /** Of what was taken; -1: nothing yet. */
  #newestTimestamp = -1;

  /**
   * A packet that was not taken: `jumped` says that its number is far off, else that it is a late or a repeated one. True: those that are held,
   * this one among them, are a stream that began anew.
   */
  dropped(nowMs: Ms, rtp: RtpPacket, bytes: Uint8Array, jumped: boolean): boolean {
    const last = this.#slots[this.#held - 1];
    if (this.#held > 0 && jumped === this.#areJumps) {
      const ahead = sequenceDelta(rtp.sequence, last!.rtp.sequence);
      if (ahead === 0) return false;
      if (Math.abs(ahead) > MAX_APART || this.#held === MAX_HELD) this.#held = 0;
    } else this.#held = 0;
    if (rtp.payloadEnd > MAX_BYTES) return false;
    if (this.#held === 0) {
      this.#areNewer = true;
      this.#areJumps = jumped;
    }
    const newerBy = this.#newestTimestamp < 0 ? 0 : timestampDelta(rtp.timestamp, this.#newestTimestamp);
    if (newerBy <= 0 || newerBy > NEWER_TICKS) this.#areNewer = false;
    this.#hold(nowMs, rtp, bytes);
    if (this.#held < FOLLOWING_PACKETS) return false;
    if (jumped || this.#areNewer) return true;
    return this.#held >= REPEATED_PACKETS && nowMs - this.#slots[0]!.atMs >= REPEATED_MS;
  }

  /** Something that follows on was taken: what was late or repeated before was just that. */
  taken(): void {
    if (this.#held > 0 && !this.#areJumps) this.#held = 0;
  }

  /** The timestamp of audio that was taken. */
  newest(timestamp: number): void {
    if (this.#newestTimestamp < 0 || timestampDelta(timestamp, this.#newestTimestamp) > 0) this.#newestTimestamp = timestamp;
  }

  /** Gives out what is held, in order and valid until the next packet is dropped. */
  take(): readonly HeldPacket[] {
    const held = this.#slots.slice(0, this.#held).sort((a, b) => sequenceDelta(a.rtp.sequence, b.rtp.sequence));
    this.#held = 0;
    return held;
  }

  /** A stream begins. */
  begin(): void {
    this.#held = 0;
    this.#newestTimestamp = -1;
  }

  #hold(nowMs: Ms, rtp: RtpPacket, bytes: Uint8Array): void {
    const slot = (this.#slots[this.#held] ??= { rtp: new RtpPacket(), bytes: new Uint8Array(MAX_BYTES), atMs: 0 });
    slot.bytes.set(bytes.subarray(0, rtp.payloadEnd));
    slot.rtp.copy(rtp);
    slot.atMs = nowMs;
    this.#held += 1;
  }
}

/** RFC 3550 appendix A.1: a jump is believed when another packet follows on. */
const FOLLOWING_PACKETS = 2;
/** Repeated packets come in bursts or among others; so many in a row, spread over time like speech, are no repetition. Guess. */
const REPEATED_PACKETS = 4;
const REPEATED_MS = 40;
const MAX_HELD = 8;
/** Some may be lost, or change places, where a stream begins. */
const MAX_APART = 5;
/** A minute, at 8 kHz. */
const NEWER_TICKS = 480_000;
const MAX_BYTES = 1_500;
