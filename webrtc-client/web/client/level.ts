/** Silence as RTP audio levels have it; RFC 6464 section 3. */
export const SILENCE_DBOV = -127;

/** Root mean square of samples between -1 and 1, as dBov: 0 for a full-scale square wave, -127 for silence. */
export function levelDbov(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  if (!(sum > 0)) return SILENCE_DBOV;
  return Math.max(SILENCE_DBOV, Math.min(0, 10 * Math.log10(sum / samples.length)));
}
