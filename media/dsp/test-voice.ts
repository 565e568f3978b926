/** Something like a voice, for codecs that care: pulses and noise through a resonance, four syllables a second with short dips between them. Deterministic. */
export function voiceLike(rateHz: number, forMs: number): Int16Array {
  const period = Math.round(rateHz / 120);
  const angle = (2 * Math.PI * 700) / rateHz;
  const radius = 0.97;
  let before = 0;
  let beforeThat = 0;
  let seed = 1;
  return Int16Array.from({ length: Math.round((rateHz * forMs) / 1000) }, (_, i) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0;
    const source = (i % period === 0 ? 6000 : 0) + (seed >> 24);
    const sample = source + 2 * radius * Math.cos(angle) * before - radius ** 2 * beforeThat;
    beforeThat = before;
    before = sample;
    return Math.round(sample * Math.abs(Math.sin((i / rateHz) * 2 * Math.PI * 2 + 0.3)) ** 0.5);
  });
}
