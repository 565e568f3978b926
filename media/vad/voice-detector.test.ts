import { describe, expect, it } from 'vitest';
import { silence, tone } from '../dsp/test-signals.ts';
import type { ScoredChunk } from './segmenter.ts';
import { CHUNK_SAMPLES, CONTEXT_SAMPLES, VoiceDetector, type ScoreRequester, type SpeechScorer } from './voice-detector.ts';

const options = { gateMarginDb: 8, gateFloorDbov: -55 };

/** A model that answers when the test says so. */
class LateScorer implements SpeechScorer {
  readonly asked: { requester: ScoreRequester; samples: Float32Array }[] = [];
  score(requester: ScoreRequester, samples: Float32Array): void {
    this.asked.push({ requester, samples: samples.slice() });
  }
}

function detector(scorer?: SpeechScorer) {
  const chunks: ScoredChunk[] = [];
  return { chunks, detector: new VoiceDetector(options, scorer, { chunk: (_, chunk) => chunks.push({ ...chunk }) }) };
}

describe('voice detector', () => {
  it('does not show silence to the model', () => {
    const scorer = new LateScorer();
    const { chunks, detector: d } = detector(scorer);
    d.frame(0, silence(2560), 2560, false);
    expect(scorer.asked).toHaveLength(0);
    expect(chunks.map((c) => c.probability)).toEqual(Array.from({ length: 10 }, () => 0));
  });

  it('shows each chunk of sound with 4 ms of what came before', () => {
    const scorer = new LateScorer();
    const { detector: d } = detector(scorer);
    const sound = tone(300, 8000, 512);
    for (let at = 0; at < 512; at += 160) d.frame(0, sound.subarray(at, Math.min(512, at + 160)), Math.min(160, 512 - at), false);
    expect(scorer.asked).toHaveLength(2);
    expect(scorer.asked[1]!.samples).toHaveLength(CONTEXT_SAMPLES + CHUNK_SAMPLES);
    expect(scorer.asked[1]!.samples[0]).toBeCloseTo(sound[256 - 32]! / 32768, 6);
  });

  it('keeps the order when the model is late and quiet chunks follow', () => {
    const scorer = new LateScorer();
    const { chunks, detector: d } = detector(scorer);
    d.frame(0, tone(300, 8000, 512), 512, false);
    d.frame(0, silence(512), 512, false);
    expect(chunks).toHaveLength(0);
    expect(d.hasOpenSound).toBe(true);
    d.scored(40, 0.9);
    expect(chunks).toHaveLength(1);
    d.scored(41, 0.8);
    expect(chunks.map((c) => c.probability)).toEqual([expect.closeTo(0.9), expect.closeTo(0.8), 0, 0]);
    expect(d.hasOpenSound).toBe(false);
  });

  it('tells where the sound in a chunk begins and ends, to 8 ms', () => {
    const { chunks, detector: d } = detector();
    d.frame(0, silence(64), 64, false);
    d.frame(0, tone(1000, 8000, 128), 128, false);
    d.frame(0, silence(64), 64, false);
    expect(chunks[0]).toMatchObject({ probability: 1, firstLoudSample: 64, lastLoudSample: 192 });
  });

  it('never takes what was put in for speech, however loud', () => {
    const { chunks, detector: d } = detector();
    d.frame(0, tone(1000, 8000, 512), 512, true);
    expect(chunks.map((c) => c.probability)).toEqual([0, 0]);
  });

  it('judges by sound when the model falls a second behind, and stays in order', () => {
    const scorer = new LateScorer();
    const { chunks, detector: d } = detector(scorer);
    d.frame(0, tone(300, 8000, 40 * 256), 40 * 256, false);
    expect(d.overruns).toBe(8);
    expect(chunks.map((c) => c.endSample)).toEqual(Array.from({ length: 8 }, (_, i) => (i + 1) * 256));
  });

  it('gives the model a fresh state after a second without sound', () => {
    const scorer = new LateScorer();
    const { detector: d } = detector(scorer);
    d.frame(0, tone(300, 8000, 256), 256, false);
    d.modelState.fill(1);
    d.frame(0, silence(30 * 256), 30 * 256, false);
    expect(d.modelState[0]).toBe(1);
    d.frame(0, silence(256), 256, false);
    expect(d.modelState[0]).toBe(0);
  });
});
