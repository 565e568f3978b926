/** The level of digital silence here, and the least that is ever returned. dBov. */
export const SILENCE_DBOV = -96;

/** Level of samples `start` to `end`: RMS against the overload point of 16 bits, -96 to 0 dBov. */
export function levelDbov(pcm: Int16Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i += 1) sum += pcm[i]! * pcm[i]!;
  return sum === 0 || end <= start ? SILENCE_DBOV : powerDbov(sum / (end - start));
}

/** Level of a mean square of 16-bit samples. */
export function powerDbov(meanSquare: number): number {
  return Math.max(SILENCE_DBOV, 10 * Math.log10(meanSquare / 2 ** 30));
}

export function decibelToGain(decibel: number): number {
  return 10 ** (decibel / 20);
}
