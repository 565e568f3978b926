/** Test signals. Deterministic. */

export function tone(hz: number, rateHz: number, count: number, peak = 10_000): Int16Array {
  return Int16Array.from({ length: count }, (_, i) => Math.round(peak * Math.sin((2 * Math.PI * hz * i) / rateHz)));
}

export function silence(count: number): Int16Array {
  return new Int16Array(count);
}

export function join(...parts: Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** RMS of samples `from` to `to`. */
export function rms(pcm: Int16Array, from = 0, to = pcm.length): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += pcm[i]! * pcm[i]!;
  return Math.sqrt(sum / Math.max(1, to - from));
}

/** Power of one frequency in a signal, as the amplitude of a sine of it (Goertzel by plain correlation). */
export function amplitude(pcm: ArrayLike<number>, hz: number, rateHz: number, from: number, to: number): number {
  let re = 0;
  let im = 0;
  for (let i = from; i < to; i += 1) {
    const angle = (2 * Math.PI * hz * i) / rateHz;
    re += pcm[i]! * Math.cos(angle);
    im += pcm[i]! * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / (to - from);
}
