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

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];
