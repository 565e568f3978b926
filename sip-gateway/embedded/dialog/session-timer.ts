import { unreachable } from '#domain/assert';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import { headerValue, listsToken, type SipMessage } from '../message/sip-message.ts';

/** The shortest interval that is agreed to; RFC 4028 section 5 allows no less. Seconds. */
export const MIN_SE_S = 90;
const MAX_SE_S = 86_400;

export interface SessionInterval {
  /** Seconds. */
  readonly expiresS: number;
  readonly refresher: 'us' | 'peer';
}

export type SessionTimerAction =
  /** Send a refresh: half of the interval is over. */
  | { readonly kind: 'refresh' }
  /** Nobody refreshed: end the call. */
  | { readonly kind: 'expired' };

/** Watches that a call is refreshed, RFC 4028 section 10. */
export class SessionTimer {
  readonly #timers = new TimerTable<'refresh' | 'expire'>();
  readonly interval: SessionInterval;

  constructor(nowMs: Ms, interval: SessionInterval) {
    this.interval = interval;
    this.#arm(nowMs);
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  /** A refresh of ours failed in a way that may pass (491, a lost answer): once more after this. */
  retry(nowMs: Ms, afterMs: Ms): void {
    this.#timers.arm('refresh', ms(nowMs + afterMs));
  }

  stop(): void {
    this.#timers.cancelAll();
  }

  wake(nowMs: Ms): readonly SessionTimerAction[] {
    return this.#timers.takeDue(nowMs).map((name): SessionTimerAction => {
      switch (name) {
        case 'refresh':
          return { kind: 'refresh' };
        case 'expire':
          this.#timers.cancelAll();
          return { kind: 'expired' };
        default:
          return unreachable(name);
      }
    });
  }

  #arm(nowMs: Ms): void {
    const intervalMs = this.interval.expiresS * 1000;
    // Section 10: BYE goes out a little before the end, so that it overtakes nobody.
    const earlyMs = Math.min(32_000, intervalMs / 3);
    this.#timers.arm('expire', ms(nowMs + intervalMs - earlyMs));
    if (this.interval.refresher === 'us') this.#timers.arm('refresh', ms(nowMs + intervalMs / 2));
  }
}

/** Session-Expires as it is written; undefined without one or when it is no number. */
export function readSessionExpires(message: SipMessage): { readonly expiresS: number; readonly refresher?: 'uac' | 'uas' } | undefined {
  const match = /^(\d{1,9})[ \t]*(?:;[ \t]*(.*))?$/.exec(headerValue(message, 'session-expires') ?? '');
  if (match === null) return undefined;
  const refresher = /(?:^|;)[ \t]*refresher[ \t]*=[ \t]*(uac|uas)\b/i.exec(match[2] ?? '')?.[1]?.toLowerCase();
  const expiresS = Math.min(Number(match[1]), MAX_SE_S);
  return { expiresS, ...(refresher === 'uac' || refresher === 'uas' ? { refresher } : {}) };
}

/** What we answer to a request of the peer that asks for a session timer; it refreshes unless it asked us to (section 9). */
export function agreeAsUas(request: SipMessage): SessionInterval | undefined {
  const wanted = readSessionExpires(request);
  const canTimer = listsToken(request, 'supported', 'timer') || listsToken(request, 'require', 'timer');
  if (wanted === undefined || !canTimer) return undefined;
  return { expiresS: Math.max(wanted.expiresS, MIN_SE_S), refresher: wanted.refresher === 'uas' ? 'us' : 'peer' };
}

/** What a 2xx of the peer to a request of ours fixed (section 7.2). */
export function agreedAsUac(response: SipMessage): SessionInterval | undefined {
  const agreed = readSessionExpires(response);
  if (agreed === undefined) return undefined;
  return { expiresS: Math.max(agreed.expiresS, MIN_SE_S), refresher: agreed.refresher === 'uas' ? 'peer' : 'us' };
}

/** Too short an interval to agree to: answer 422 (section 6). */
export function isTooShort(request: SipMessage): boolean {
  const wanted = readSessionExpires(request);
  return wanted !== undefined && wanted.expiresS < MIN_SE_S && listsToken(request, 'supported', 'timer');
}
