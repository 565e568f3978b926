import { opusFrameSamples } from '../codec/opus-packet.ts';

/** Length of the audio in bytes `start` to `end`, in samples at `rateHz`; -1 where it is malformed. */
export function opusPacketSamples(bytes: Uint8Array, start: number, end: number, rateHz: number): number {
  if (end <= start) return -1;
  const toc = bytes[start]!;
  const perFrame = opusFrameSamples(toc, rateHz);
  const code = toc & 3;
  if (code < 3) return perFrame * (code === 0 ? 1 : 2);
  if (end - start < 2) return -1;
  const total = perFrame * (bytes[start + 1]! & 0x3f);
  return total === 0 || total * 1000 > MAX_MS * rateHz ? -1 : total;
}

/** RFC 6716 section 3.4, rule 5. */
const MAX_MS = 120;
