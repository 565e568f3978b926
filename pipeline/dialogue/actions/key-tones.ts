/** What stands for keys in the bot's words, and so in records: the digits may be a secret. */
export function keysName(place: number): string {
  return `[keys ${place}]`;
}

export function isKeysName(text: string): boolean {
  return /^\[keys \d+\]$/.test(text);
}

/** The words alone: keys are pressed once, and nobody says or writes them again. */
export function withoutKeys(text: string): string {
  return text.replaceAll(/\[keys \d+\]\s*/g, '').trim();
}

/**
 * The tones of telephone keys (ITU-T Q.23, Q.24) as mono PCM at 24 kHz: in the voice itself, so that they pass every
 * line that passes a voice.
 */
export function keyTones(digits: string): Int16Array {
  const keys = [...digits].flatMap((digit) => TONES.get(digit) ?? []);
  const pcm = new Int16Array(keys.length * (TONE_SAMPLES + PAUSE_SAMPLES));
  for (const [at, { lowHz, highHz }] of keys.entries()) {
    const start = at * (TONE_SAMPLES + PAUSE_SAMPLES);
    for (let sample = 0; sample < TONE_SAMPLES; sample += 1) {
      const seconds = sample / RATE_HZ;
      const edge = Math.min(1, sample / EDGE_SAMPLES, (TONE_SAMPLES - 1 - sample) / EDGE_SAMPLES);
      pcm[start + sample] = Math.round(
        edge * AMPLITUDE * (Math.sin(2 * Math.PI * lowHz * seconds) + Math.sin(2 * Math.PI * highHz * seconds)),
      );
    }
  }
  return pcm;
}

const LOW_HZ = [697, 770, 852, 941];
const HIGH_HZ = [1209, 1336, 1477, 1633];
const TONES: ReadonlyMap<string, { readonly lowHz: number; readonly highHz: number }> = new Map(
  ['123A', '456B', '789C', '*0#D'].flatMap((row, rowAt) =>
    [...row].map((digit, at) => [digit, { lowHz: LOW_HZ[rowAt] ?? 0, highHz: HIGH_HZ[at] ?? 0 }] as const),
  ),
);
const RATE_HZ = 24_000;
/** 100 ms each; Q.24 asks receivers to take 40. */
export const TONE_SAMPLES = 2_400;
export const PAUSE_SAMPLES = 2_400;
/** 2 ms up and down, so that keys do not click. */
const EDGE_SAMPLES = 48;
/** Each of the two at -10 dBFS. */
const AMPLITUDE = 32_767 * 10 ** (-10 / 20);
