import { readFileSync } from 'node:fs';
import { createResampler } from '../dsp/resampler.ts';

/** A mono 16-bit WAV of 8, 16 or 24 kHz as a telephone would send it: 8 kHz. */
export function readWavAt8kHz(path: string | URL): Int16Array {
  const bytes = readFileSync(path);
  let rateHz = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    if (name === 'fmt ') rateHz = bytes.readUInt32LE(at + 12);
    if (name === 'data') return toTelephone(samplesOf(bytes.subarray(at + 8, at + 8 + length)), rateHz);
    at += 8 + length + (length & 1);
  }
  throw new Error(`${String(path)} has no data chunk`);
}

function samplesOf(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2));
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
