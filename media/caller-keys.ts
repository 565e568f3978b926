import type { Ms } from '#domain/units';
import { readTelephoneEvent } from './rtp/dtmf.ts';
import { DtmfReceiver, type PressedKey } from './rtp/dtmf-receiver.ts';
import type { RtpPacket } from './rtp/packet.ts';

/** The keys that a caller presses, as fast as a telephone dials them and no faster (core): each is written down and thought about, and costs its sender one packet. */
export class CallerKeys {
  readonly #receiver: DtmfReceiver;
  readonly #sink: (nowMs: Ms, key: PressedKey) => void;
  #left = KEYS_AT_ONCE;
  #atMs: Ms = 0;
  /** Packets that are no keys, and keys that were too many. */
  malformed = 0;

  constructor(clockHz: number, sink: (nowMs: Ms, key: PressedKey) => void) {
    this.#receiver = new DtmfReceiver(clockHz);
    this.#sink = sink;
  }

  /** Of the telephone events that were agreed on. */
  setClock(clockHz: number): void {
    this.#receiver.setClock(clockHz);
  }

  packet(nowMs: Ms, rtp: RtpPacket, bytes: Uint8Array): void {
    const event = readTelephoneEvent(bytes, rtp.payloadStart, rtp.payloadEnd);
    if (event === undefined) {
      this.malformed += 1;
      return;
    }
    for (const key of this.#receiver.packet(nowMs, rtp, event)) this.#press(nowMs, key);
  }

  /** Tells a key whose end packets never came. */
  tick(nowMs: Ms): void {
    const key = this.#receiver.expire(nowMs);
    if (key !== undefined) this.#press(nowMs, key);
  }

  #press(nowMs: Ms, key: PressedKey): void {
    this.#left = Math.min(KEYS_AT_ONCE, this.#left + Math.max(0, nowMs - this.#atMs) / MS_PER_KEY);
    this.#atMs = nowMs;
    if (this.#left < 1) {
      this.malformed += 1;
      return;
    }
    this.#left -= 1;
    this.#sink(nowMs, key);
  }
}

/** A number that was dialled ahead, and what the fastest dialler sends. */
const KEYS_AT_ONCE = 40;
const MS_PER_KEY = 50;
