/**
 * Comfort noise after RFC 3389. Only the level is used: the spectral part shapes the noise, which neither recognition
 * nor a listener misses at such levels.
 */

/** The static payload type of comfort noise at 8 kHz: RFC 3551 table 4. */
export const COMFORT_NOISE_PAYLOAD_TYPE = 13;

/** The level that a payload names, dBov (0 to -127); undefined where it is malformed. */
export function readComfortNoise(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end <= start) return undefined;
  const level = bytes[start]!;
  return level > 127 ? undefined : -level;
}

/** Writes a payload with a level and no spectral information; returns its length. */
export function writeComfortNoise(into: Uint8Array, start: number, levelDbov: number): number {
  into[start] = Math.min(127, Math.max(0, Math.round(-levelDbov)));
  return 1;
}

/** White noise from a 32-bit xorshift, the same for the same seed. */
export class NoiseSource {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** Fills the beginning of `pcm`; louder than -50 dBov is made -50, so that no sender keeps a turn open with it. */
  fill(pcm: Int16Array, count: number, levelDbov: number): void {
    // Uniform noise of peak p has an RMS of p / sqrt(3).
    const peak = 32768 * Math.sqrt(3) * 10 ** (Math.min(LOUDEST_DBOV, levelDbov) / 20);
    const scale = peak / 2 ** 31;
    let state = this.#state;
    for (let i = 0; i < count; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      pcm[i] = Math.round(state * scale);
    }
    this.#state = state;
  }
}

const LOUDEST_DBOV = -50;
