import { ms, type Ms } from '#domain/units';

/** Timer values of RFC 3261 appendix A. */
export const T1_MS: Ms = ms(500);
export const T2_MS: Ms = ms(4000);
export const T4_MS: Ms = ms(5000);
/** Timers B, F, H, J, L and M: the longest time that a request or an answer is repeated. */
export const TRANSACTION_LIFE_MS: Ms = ms(64 * T1_MS);
/** Timer D: how long a non-2xx answer to INVITE may still be repeated over UDP. */
export const TIMER_D_MS: Ms = ms(32_000);

/** The next interval of a retransmission that doubles up to T2. */
export function doubled(intervalMs: Ms): Ms {
  return ms(Math.min(intervalMs * 2, T2_MS));
}
