import { readFileSync } from 'node:fs';
import { parseWav } from '#callers/wav';
import { createResampler } from '../dsp/resampler.ts';

/** A mono 16-bit WAV of 8, 16 or 24 kHz as a telephone would send it: 8 kHz. */
export function readWavAt8kHz(path: string | URL): Int16Array {
  const { pcm, sampleRateHz } = parseWav(readFileSync(path), String(path));
  return toTelephone(pcm, sampleRateHz);
}

function toTelephone(pcm: Int16Array, rateHz: number): Int16Array {
  if (rateHz === 8000) return pcm;
  const factor = rateHz / 8000;
  if (factor !== 2 && factor !== 3) throw new Error(`a WAV of ${rateHz} Hz; 8000, 16000 or 24000 is wanted`);
  const count = pcm.length - (pcm.length % factor);
  const output = new Int16Array(count / factor);
  createResampler(factor === 2 ? '16>8' : '24>8').process(pcm, count, output);
  return output;
}
