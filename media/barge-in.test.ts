import { describe, expect, it } from 'vitest';
import { BargeIn, type BargeInAction } from './barge-in.ts';
import type { ScoredChunk } from './vad/segmenter.ts';

const options = { duckSamples: 480, pauseSamples: 1000, threshold: 0.5, echoMarginDb: 6, echoWindowChunks: 10 };
const CHUNK = 256;

/** One conversation, chunk by chunk of 32 ms. */
class Scene {
  readonly bargeIn = new BargeIn(options);
  #chunk = 0;

  step(probability: number, levelDbov: number, playedDbov: number, playing = true): BargeInAction | undefined {
    this.#chunk += 1;
    const endSample = this.#chunk * CHUNK;
    const loud = levelDbov > -55;
    const chunk: ScoredChunk = {
      endSample,
      sampleCount: CHUNK,
      probability: loud ? probability : 0,
      firstLoudSample: loud ? endSample - CHUNK : -1,
      lastLoudSample: loud ? endSample : -1,
      levelDbov,
    };
    return this.bargeIn.chunk(chunk, playing, playedDbov);
  }

  steps(count: number, probability: number, levelDbov: number, playedDbov: number, playing = true): (BargeInAction | undefined)[] {
    return Array.from({ length: count }, () => this.step(probability, levelDbov, playedDbov, playing));
  }
}

describe('barge-in', () => {
  it('ducks after about 60 ms of speech and pauses after about 125', () => {
    const scene = new Scene();
    scene.steps(30, 0, -80, -20);
    expect(scene.steps(4, 0.9, -25, -20)).toEqual([undefined, 'duck', undefined, 'pause']);
    expect(scene.bargeIn.onsetSample).toBe(30 * CHUNK);
  });

  it('becomes loud again when the sound was short', () => {
    const scene = new Scene();
    scene.steps(30, 0, -80, -20);
    expect(scene.steps(2, 0.9, -25, -20)).toEqual([undefined, 'duck']);
    expect(scene.steps(3, 0, -80, -20)).toEqual(['unduck', undefined, undefined]);
  });

  it('forgives one chunk of doubt', () => {
    const scene = new Scene();
    scene.steps(30, 0, -80, -20);
    scene.steps(2, 0.9, -25, -20);
    expect(scene.step(0.3, -30, -20)).toBeUndefined();
    expect(scene.step(0.9, -25, -20)).toBe('pause');
  });

  it('does nothing while the bot is silent, or when it is switched off', () => {
    const scene = new Scene();
    expect(scene.steps(20, 0.9, -20, -96, false).every((a) => a === undefined)).toBe(true);
    scene.bargeIn.setEnabled(false);
    expect(scene.steps(20, 0.9, -20, -20).every((a) => a === undefined)).toBe(true);
  });

  it('switching off makes a ducked bot loud again', () => {
    const scene = new Scene();
    scene.steps(30, 0, -80, -20);
    scene.steps(2, 0.9, -25, -20);
    scene.bargeIn.setEnabled(false);
    expect(scene.step(0.9, -25, -20)).toBe('unduck');
  });

  it('learns a loudspeaker echo and does not take it for the caller', () => {
    const scene = new Scene();
    scene.steps(40, 0, -35, -20);
    expect(scene.steps(100, 0.9, -35, -20).every((a) => a === undefined)).toBe(true);
    // Someone near is louder than the echo.
    expect(scene.steps(4, 0.9, -22, -20)).toContain('pause');
  });

  it('hears a quiet caller on a line without echo', () => {
    const scene = new Scene();
    scene.steps(60, 0, -80, -20);
    expect(scene.steps(4, 0.9, -42, -20)).toContain('pause');
  });

  it('does not pause again for speech that has been judged, until there was a gap', () => {
    const scene = new Scene();
    scene.steps(30, 0, -80, -20);
    scene.steps(4, 0.9, -25, -20);
    scene.bargeIn.resumed();
    expect(scene.steps(10, 0.9, -25, -20).every((a) => a === undefined)).toBe(true);
    scene.step(0, -80, -20);
    expect(scene.steps(4, 0.9, -25, -20)).toContain('pause');
  });
});
