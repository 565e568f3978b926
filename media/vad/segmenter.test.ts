import { describe, expect, it } from 'vitest';
import { Segmenter, type ScoredChunk, type SegmenterAction } from './segmenter.ts';

const CHUNK = 256;
const options = { startThreshold: 0.5, stopThreshold: 0.35, startSamples: 768, stopSamples: 1600 };

/** Feeds one probability for each chunk of 32 ms; what happened, with the chunk's number. */
function feed(segmenter: Segmenter, probabilities: readonly number[], from = 0): (SegmenterAction & { chunk: number })[] {
  return probabilities.flatMap((probability, i) => {
    const endSample = (from + i + 1) * CHUNK;
    const loud = probability > 0;
    const chunk: ScoredChunk = {
      endSample,
      sampleCount: CHUNK,
      probability,
      firstLoudSample: loud ? endSample - CHUNK : -1,
      lastLoudSample: loud ? endSample : -1,
      levelDbov: loud ? -30 : -80,
    };
    const action = segmenter.chunk(chunk);
    return action === undefined ? [] : [{ ...action, chunk: from + i }];
  });
}

describe('segmenter', () => {
  it('opens after 96 ms of speech and names its beginning', () => {
    const events = feed(new Segmenter(options), [0, 0, 0.9, 0.9, 0.9, 0.9]);
    expect(events).toEqual([{ kind: 'start', firstSample: 2 * CHUNK, chunk: 4 }]);
  });

  it('counts sound just before the model was sure as the beginning, 64 ms at most', () => {
    const events = feed(new Segmenter(options), [0, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9]);
    expect(events[0]).toMatchObject({ firstSample: 2 * CHUNK });
  });

  it('does not open for a click or for scattered chunks', () => {
    expect(feed(new Segmenter(options), [0.9, 0.9, 0, 0.9, 0, 0.9, 0, 0, 0.9, 0.9])).toEqual([]);
  });

  it('stays open through a short gap and in the band between the thresholds', () => {
    const events = feed(new Segmenter(options), [0.9, 0.9, 0.9, 0, 0, 0, 0, 0.9, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4]);
    expect(events.map((e) => e.kind)).toEqual(['start']);
  });

  it('closes after 200 ms of silence and names the last voice', () => {
    const events = feed(new Segmenter(options), [0.9, 0.9, 0.9, 0.9, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(events[1]).toEqual({ kind: 'stop', lastVoiceSample: 4 * CHUNK, voicedSamples: 4 * CHUNK, chunk: 10 });
  });

  it('closes at the sample, not at the chunk, when the line is known to be quiet', () => {
    const segmenter = new Segmenter(options);
    feed(segmenter, [0.9, 0.9, 0.9, 0.9, 0]);
    expect(segmenter.quietUntil(4 * CHUNK + 1599)).toBeUndefined();
    expect(segmenter.quietUntil(4 * CHUNK + 1600)).toMatchObject({ kind: 'stop' });
    expect(segmenter.quietUntil(9999)).toBeUndefined();
  });

  it('can be opened by who is surer', () => {
    const segmenter = new Segmenter(options);
    expect(segmenter.forceOpen(100, 900)).toEqual({ kind: 'start', firstSample: 100 });
    expect(segmenter.forceOpen(100, 900)).toBeUndefined();
    expect(segmenter.quietUntil(2500)).toMatchObject({ kind: 'stop', lastVoiceSample: 900, voicedSamples: 800 });
  });
});
