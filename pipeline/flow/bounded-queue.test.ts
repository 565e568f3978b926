import { describe, expect, it } from 'vitest';
import { BoundedQueue } from './bounded-queue.ts';
import { PlayoutFeed } from './playout-feed.ts';

describe('a full queue', () => {
  it('drops its oldest item, or refuses the new one, and counts either', () => {
    const dropping = new BoundedQueue<number>(2, 'drop-oldest');
    const refusing = new BoundedQueue<number>(2, 'refuse');
    for (const queue of [dropping, refusing]) expect([1, 2, 3].map((item) => queue.push(item))).toEqual([true, true, false]);
    expect([dropping.shift(), dropping.shift(), dropping.shift()]).toEqual([2, 3, undefined]);
    expect([refusing.shift(), refusing.shift()]).toEqual([1, 2]);
    expect([dropping.dropped, refusing.dropped]).toEqual([1, 1]);
    dropping.push(9);
    dropping.clear();
    expect(dropping.length).toBe(0);
  });
});

describe('audio on its way to playout', () => {
  const lengths = (feed: PlayoutFeed, played: number): number[] =>
    feed.take(played).map((command) => (command.kind === 'play' ? command.pcm.length : 0));

  it('is held back until it is released, then leaves at once', () => {
    const feed = new PlayoutFeed(7, 24_000);
    feed.push(0, new Int16Array(5_000).fill(3));
    expect(feed.take(0)).toEqual([]);
    feed.release();
    expect(feed.take(0)).toMatchObject([{ kind: 'play', turnId: 7, pieceId: 0 }]);
    expect(feed.isEmpty).toBe(true);
  });

  it('leaves only so far ahead of what was played', () => {
    const feed = new PlayoutFeed(7, 20_000);
    feed.release();
    feed.push(0, new Int16Array(100_000));
    expect(lengths(feed, 0)).toEqual([9_600, 9_600, 9_600]);
    expect(lengths(feed, 8_000)).toEqual([]);
    expect(lengths(feed, 12_000)).toEqual([9_600]);
    feed.clear();
    expect(lengths(feed, 100_000)).toEqual([]);
  });

  it('is copied: what was pushed may be kept by others', () => {
    const feed = new PlayoutFeed(1, 20_000);
    const pcm = new Int16Array(100).fill(5);
    feed.release();
    feed.push(0, pcm);
    const [command] = feed.take(0);
    expect(command?.kind === 'play' && command.pcm.buffer !== pcm.buffer).toBe(true);
  });
});
