import type { Ms } from '#domain/units';

export interface InfoDigit {
  /** `0`-`9`, `*`, `#`, `A`-`D`. */
  readonly digit: string;
  readonly durationMs: Ms;
}

/**
 * Reads a digit from the body of a SIP INFO. Two forms are in use, neither with an RFC: `application/dtmf-relay`
 * (`Signal=5`, `Duration=160` on lines of their own) and `application/dtmf` (the digit alone). Returns undefined for a
 * content type of another kind, `bad` for a body that says nothing usable.
 */
export function readInfoDigit(contentType: string, body: string): InfoDigit | 'bad' | undefined {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (type !== 'application/dtmf-relay' && type !== 'application/dtmf') return undefined;
  if (body.length > MAX_BODY) return 'bad';
  const signal = /^[ \t]*Signal[ \t]*=[ \t]*(\S{1,12})[ \t]*$/im.exec(body)?.[1] ?? (type === 'application/dtmf' ? body.trim() : '');
  const digit = digitOf(signal);
  if (digit === undefined) return 'bad';
  const durationText = /^[ \t]*Duration[ \t]*=[ \t]*(\d{1,6})[ \t]*$/im.exec(body)?.[1];
  const durationMs = durationText === undefined ? DEFAULT_DURATION_MS : Math.min(Number(durationText), MAX_DURATION_MS);
  return { digit, durationMs };
}

/** Some gateways send event codes instead: 10 is `*`, 11 is `#`, 12 to 15 are `A` to `D`; RFC 4733 section 3.2. */
function digitOf(signal: string): string | undefined {
  const upper = signal.toUpperCase();
  if (/^[0-9*#A-D]$/.test(upper)) return upper;
  if (/^1[0-5]$/.test(upper)) return EVENTS[Number(upper) - 10];
  return NAMES[upper];
}

/** The content types understood. */
export const INFO_TYPES: readonly string[] = ['application/dtmf-relay', 'application/dtmf'];

const EVENTS = ['*', '#', 'A', 'B', 'C', 'D'] as const;
const NAMES: Readonly<Record<string, string>> = { STAR: '*', POUND: '#', HASH: '#' };
/** A digit is some 30 bytes; more is not a digit. */
const MAX_BODY = 512;
/** What Cisco sends when nobody says otherwise; a guess. */
const DEFAULT_DURATION_MS = 250;
const MAX_DURATION_MS = 10_000;
