/** One telephone event payload; RFC 4733 section 2.3. */
export interface TelephoneEvent {
  readonly digit: string;
  readonly end: boolean;
  /** In RTP clock units since the event began. */
  readonly durationTicks: number;
}

/** Reads a payload; undefined where it is malformed or no DTMF digit (flash and tones are not keys). */
export function readTelephoneEvent(bytes: Uint8Array, start: number, end: number): TelephoneEvent | undefined {
  if (end - start < 4) return undefined;
  const digit = DIGITS[bytes[start]!];
  if (digit === undefined) return undefined;
  return { digit, end: (bytes[start + 1]! & 0x80) !== 0, durationTicks: (bytes[start + 2]! << 8) | bytes[start + 3]! };
}

/** Writes the four bytes of a payload; -10 dBm0 is what most phones send. */
export function writeTelephoneEvent(into: Uint8Array, start: number, event: TelephoneEvent): number {
  into[start] = DIGITS.indexOf(event.digit);
  into[start + 1] = (event.end ? 0x80 : 0) | 10;
  into[start + 2] = event.durationTicks >> 8;
  into[start + 3] = event.durationTicks;
  return 4;
}

export interface PressedKey {
  readonly digit: string;
  readonly durationMs: number;
}

/**
 * Makes one key press of the many packets of an event. Packets of one event share their timestamp. A key is reported
 * at its first end packet; if all three of those were lost, when the next event begins or nothing came for 100 ms.
 */
export class DtmfReceiver {
  readonly #clockHz: number;
  #timestamp = -1;
  #digit = '';
  #durationTicks = 0;
  #lastAtMs = 0;
  #open = false;

  constructor(clockHz: number) {
    this.#clockHz = clockHz;
  }

  /** The presses that this packet completes: none, one, or two where the end of the key before was lost. */
  packet(nowMs: number, timestamp: number, event: TelephoneEvent): readonly PressedKey[] {
    const pressed: PressedKey[] = [];
    if (timestamp !== this.#timestamp) {
      // A packet that was overtaken by the next key belongs to a press that has been reported.
      if (this.#timestamp >= 0 && ((timestamp - this.#timestamp) | 0) < 0 && ((this.#timestamp - timestamp) | 0) < this.#clockHz * STALE_SECONDS) return pressed;
      if (this.#open) pressed.push(this.#close());
      this.#timestamp = timestamp;
      this.#digit = event.digit;
      this.#durationTicks = 0;
      this.#open = true;
    }
    if (!this.#open) return pressed;
    this.#lastAtMs = nowMs;
    this.#durationTicks = Math.max(this.#durationTicks, event.durationTicks);
    if (event.end) pressed.push(this.#close());
    return pressed;
  }

  /** A key whose end packets never came. */
  expire(nowMs: number): PressedKey | undefined {
    return this.#open && nowMs - this.#lastAtMs >= LOST_END_MS ? this.#close() : undefined;
  }

  /** A new stream: its timestamps have nothing to do with those of the old one. */
  reset(): void {
    this.#timestamp = -1;
    this.#open = false;
  }

  #close(): PressedKey {
    this.#open = false;
    return { digit: this.#digit, durationMs: (this.#durationTicks * 1000) / this.#clockHz };
  }
}

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];
/** Events are repeated every 20 to 50 ms; RFC 4733 section 2.5.1.2. */
const LOST_END_MS = 100;
const STALE_SECONDS = 5;
