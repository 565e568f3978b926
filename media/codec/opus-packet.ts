/** What can be told of an Opus packet without decoding it; RFC 6716 section 3. */

/** Section 3.1, table 2: the five upper bits of the first byte tell mode and length. */
export function opusFrameSamples(toc: number, rateHz: number): number {
  const config = toc >> 3;
  // CELT: 2.5 to 20 ms; hybrid: 10 or 20 ms; SILK: 10, 20, 40 or 60 ms.
  if (config >= 16) return (rateHz * (1 << (config & 3))) / 400;
  if (config >= 12) return (rateHz * (1 + (config & 1))) / 100;
  const step = config & 3;
  return step === 3 ? (rateHz * 60) / 1000 : (rateHz * (1 << step)) / 100;
}

/**
 * Whether a packet carries a copy of the frame before it: the LBRR flag of the SILK layer, which follows one voice flag for every
 * 20 ms (section 4.2.3). Packets with more frames than two are not looked into.
 */
export function opusHasFec(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2) return false;
  const toc = bytes[start]!;
  const code = toc & 3;
  if (toc >> 3 >= 16 || code === 3) return false;
  const at = code < 2 ? start + 1 : start + (bytes[start + 1]! >= 252 ? 3 : 2);
  if (at >= end) return false;
  const silkFrames = Math.max(1, opusFrameSamples(toc, 50));
  const first = bytes[at]!;
  const isStereo = (toc & 4) !== 0;
  const mid = (first >> (7 - silkFrames)) & 1;
  return mid === 1 || (isStereo && ((first >> (6 - 2 * silkFrames)) & 1) === 1);
}
