const SAMPLE_RATE_HZ = 8000;

/**
 * Headerless mu-law for SIPp's rtp_stream: a buzz in the rhythm and pitch range of speech, with pauses. It sounds like
 * nobody in particular, needs no recording and no licence, and is loud enough for any voice detector's energy gate.
 * @param {number} seconds
 * @returns {Uint8Array}
 */
export function speechLikeMulaw(seconds) {
  const out = new Uint8Array(Math.round(seconds * SAMPLE_RATE_HZ));
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    const t = i / SAMPLE_RATE_HZ;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * t)); // four syllables a second
    const speaking = t % 3 < 2 ? 1 : 0;
    phase += (2 * Math.PI * (120 + 25 * Math.sin(2 * Math.PI * 0.7 * t))) / SAMPLE_RATE_HZ;
    let sample = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) sample += Math.sin(harmonic * phase) / harmonic;
    out[i] = mulaw(Math.round(sample * syllable * speaking * 5000));
  }
  return out;
}

/**
 * ITU-T G.711 mu-law.
 * @param {number} linear signed 16-bit
 * @returns {number}
 */
export function mulaw(linear) {
  const sign = linear < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(linear), 32635) + 0x84;
  const segment = Math.max(0, 24 - Math.clz32(magnitude)); // position of the top bit above the eighth
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}
