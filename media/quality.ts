import { ms, type Ms } from '#domain/units';

/**
 * What a listener would say of the caller's side, 1 to 4.5: the E-model (ITU-T G.107) with the figures of G.113 for
 * G.711 with concealment (Ie 0, Bpl 25.1).
 *
 * All legs are judged on this one narrow-band scale, so that their figures can be compared: Opus and PCM too, whose wider band the scale cannot
 * reward. It tells how network and delay hurt a call, not which codec sounds better.
 */
export function meanOpinionScore(lossRatio: number, oneWayDelayMs: Ms): number {
  const lossPercent = Math.min(1, Math.max(0, lossRatio)) * 100;
  const delay = Math.max(0, oneWayDelayMs);
  const delayImpairment = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const lossImpairment = (95 * lossPercent) / (lossPercent + 25.1);
  const r = 93.2 - delayImpairment - lossImpairment;
  if (r <= 0) return 1;
  const score = 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r);
  return Math.min(4.5, Math.max(1, Math.round(score * 100) / 100));
}

/** Mouth to ear as far as it is known: half the round trip, one packet, and what jitter costs a listener. */
export function oneWayDelayMs(roundTripMs: Ms | undefined, ptimeMs: Ms, jitterMs: Ms): Ms {
  return ms((roundTripMs ?? 0) / 2 + ptimeMs + 2 * jitterMs);
}
