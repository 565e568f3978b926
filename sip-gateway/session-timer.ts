import { ms } from '#domain/units';
import type { Ms } from '#domain/units';

/** What a request says about session timers, header values as received. */
export interface SessionTimerRequest {
  readonly sessionExpires: string | undefined;
  readonly supported: string | undefined;
  readonly require: string | undefined;
}

export type SessionTimer =
  /** Not asked for, or in a way that leaves the work to us: the call lives without. */
  | { readonly kind: 'none' }
  /** 422 with `Min-SE`. */
  | { readonly kind: 'too-small'; readonly headers: Readonly<Record<string, string>> }
  /** The caller refreshes; the call is over when nothing has come for `giveUpMs`. */
  | { readonly kind: 'timed'; readonly giveUpMs: Ms; readonly headers: Readonly<Record<string, string>> };

/**
 * Our part in RFC 4028 as the called side: the caller refreshes or there is no timer (section 9 lets us choose). Without
 * it, a caller that vanished while media are on hold would be kept for ever.
 */
export function chooseSessionTimer(request: SessionTimerRequest): SessionTimer {
  const match = /^\s*(\d{1,9})\s*(?:;(.*))?$/.exec(request.sessionExpires ?? '');
  if (
    match === null ||
    !`${request.supported ?? ''},${request.require ?? ''}`.split(',').some((tag) => tag.trim().toLowerCase() === 'timer')
  ) {
    return { kind: 'none' };
  }
  const intervalS = Number(match[1]);
  if (intervalS < MIN_SE_S) return { kind: 'too-small', headers: { 'Min-SE': String(MIN_SE_S) } };
  if (/(?:^|;)\s*refresher\s*=\s*uas\b/i.test(match[2] ?? '')) return { kind: 'none' };
  // Section 10: the side that does not refresh hangs up this long before the end.
  const marginS = Math.min(32, intervalS / 3);
  return {
    kind: 'timed',
    giveUpMs: ms((Math.min(intervalS, MAX_INTERVAL_S) - marginS) * 1_000),
    headers: { 'Session-Expires': `${intervalS};refresher=uac`, Require: 'timer' },
  };
}

/** The least that RFC 4028 section 5 allows. */
const MIN_SE_S = 90;
/** A day: longer than any call, and safe for timers that count milliseconds in 31 bits. */
const MAX_INTERVAL_S = 86_400;
