import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWav, resample } from '#callers/wav';
import { soundFolder } from '#bench/corpus/corpus';
import { createLineCodec } from '#callers/peer/io/line-codec';
import type { PeerCodec } from '#callers/peer/offer';

/** Some seconds of speech: of the corpus where it has been made, else sounds like speech. */
export function speechSamples(sampleRateHz: number): Int16Array {
  const found = soundFolder('questions');
  if (!existsSync(found)) return syllables(sampleRateHz);
  const files = readdirSync(found)
    .filter((file) => file.endsWith('.wav'))
    .sort()
    .slice(0, 5);
  return concatenated(files.map((file) => trimmed(resample(parseWav(readFileSync(join(found, file)), file), sampleRateHz))));
}

/** What each caller says over and over: a phrase and a longer silence, as in a conversation; 20 ms payloads in base64. */
export async function callerPayloads(codec: PeerCodec, lossRatio: number): Promise<string[]> {
  const line = await createLineCodec(codec, 100 * lossRatio);
  const speech = speechSamples(line.sampleRateHz).subarray(0, PHRASE_S * line.sampleRateHz);
  const loop = concatenated([speech, new Int16Array(Math.round(speech.length * SILENCE_PER_SPEECH))]);
  const size = line.sampleRateHz / 50;
  const payloads: string[] = [];
  for (let from = 0; from + size <= loop.length; from += size)
    payloads.push(Buffer.from(line.encode(loop.subarray(from, from + size))).toString('base64'));
  line.close();
  return payloads;
}

/** The quiet at both ends of a recording is cut off: the bot talks without a pause. */
function trimmed(pcm: Int16Array): Int16Array {
  const loud = (x: number) => Math.abs(x) > 500;
  const first = pcm.findIndex(loud);
  return first < 0 ? pcm : pcm.subarray(first, pcm.findLastIndex(loud) + 1);
}

function concatenated(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Five syllables a second, voiced by harmonics and breathed by noise: enough to keep an encoder at work. */
function syllables(sampleRateHz: number): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: 4 * sampleRateHz }, (_, i) => {
    const t = i / sampleRateHz;
    const loudness = Math.max(0, Math.sin(2 * Math.PI * 2.5 * t)) ** 2;
    const pitchHz = 120 + 25 * Math.sin(2 * Math.PI * 0.7 * t);
    let voice = 0;
    for (let k = 1; k <= 12; k++) voice += Math.sin(2 * Math.PI * k * pitchHz * t) / k;
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return loudness * (4000 * voice + 800 * (seed / 0x40000000 - 1));
  });
}

const PHRASE_S = 3;
/** A caller speaks for about two fifths of a call. */
const SILENCE_PER_SPEECH = 1.5;
