import { describe, expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { samples } from '#domain/units';
import { HeardClock } from './heard-clock.ts';

function clock() {
  const told: LegMediaEvent[] = [];
  return { told, clock: new HeardClock((event) => told.push(event)) };
}

const progress = (pieceId: number, playedSamples: number) =>
  ({ kind: 'playout-progress', turnId: 1, pieceId, playedSamples: samples(playedSamples), atMs: 0 }) as const;

describe('heard clock', () => {
  it('tells each thing when it is heard', () => {
    const { told, clock: heard } = clock();
    heard.add({ kind: 'playout-started', turnId: 1, atMs: 0 }, 0);
    heard.add(progress(0, 2400), 100);
    heard.add({ kind: 'playout-finished', turnId: 1, atMs: 0 }, 100);
    heard.tick(99);
    expect(told.map(({ kind }) => kind)).toEqual(['playout-started']);
    heard.tick(120);
    expect(told.slice(1)).toMatchObject([
      { kind: 'playout-progress', atMs: 100 },
      { kind: 'playout-finished', atMs: 100 },
    ]);
  });

  it('tells how far it got where it is cut, and forgets the rest', () => {
    const { told, clock: heard } = clock();
    heard.add(progress(0, 2400), 100);
    heard.add(progress(0, 4800), 200);
    heard.add(progress(1, 2400), 300);
    heard.cut(150);
    expect(told).toMatchObject([{ playedSamples: 2400 }, { playedSamples: 3600, atMs: 150 }]);
    heard.tick(1000);
    expect(told).toHaveLength(2);
  });

  it('tells nothing of a piece of which nothing was heard, and never goes back', () => {
    const { told, clock: heard } = clock();
    heard.add(progress(0, 2400), 300);
    heard.cut(100);
    expect(told).toEqual([]);
    heard.add(progress(0, 2400), 400);
    heard.tick(400);
    heard.add(progress(0, 1200), 500);
    heard.tick(500);
    expect(told).toHaveLength(1);
  });

  it('tells the beginning of a turn once', () => {
    const { told, clock: heard } = clock();
    for (const at of [0, 500]) heard.add({ kind: 'playout-started', turnId: 1, atMs: 0 }, at);
    heard.tick(1000);
    expect(told).toHaveLength(1);
  });
});
