import { describe, expect, it } from 'vitest';
import { PlayoutQueue } from './playout-queue.ts';

function queue(capacity = 10_000) {
  const log: string[] = [];
  const q = new PlayoutQueue(capacity, {
    turnStarted: (turn) => log.push(`start ${turn}`),
    pieceTaken: (turn, piece, played, ended) => log.push(`${turn}.${piece}:${played}${ended ? '!' : ''}`),
    turnFinished: (turn) => log.push(`finish ${turn}`),
  });
  const into = new Int16Array(480);
  return { q, log, take: (count = 480) => q.take(into, count), into };
}
const pcm = (count: number, value = 1) => new Int16Array(count).fill(value);

describe('playout queue', () => {
  it('gives out pieces in order without a gap and tells what was played', () => {
    const { q, log, take, into } = queue();
    q.offer(1, 0, pcm(300, 1));
    q.offer(1, 1, pcm(300, 2));
    q.end(1);
    expect(take()).toBe(480);
    expect([into[299], into[300]]).toEqual([1, 2]);
    expect(take()).toBe(120);
    expect(log).toEqual(['start 1', '1.0:300!', '1.1:180', '1.1:300!', 'finish 1']);
    expect(take()).toBe(0);
  });

  it('counts a piece that comes in chunks as one', () => {
    const { q, log, take } = queue();
    q.offer(1, 0, pcm(480));
    q.offer(1, 0, pcm(480));
    take();
    take();
    expect(log).toEqual(['start 1', '1.0:480', '1.0:960!']);
  });

  it('goes on counting where the chunk before has been played already (TTS at its limit)', () => {
    const { q, log, take } = queue();
    q.offer(1, 0, pcm(480));
    take();
    q.offer(1, 0, pcm(480));
    take();
    expect(log.at(-1)).toBe('1.0:960!');
  });

  it('refuses what does not fit', () => {
    const { q } = queue(1000);
    expect(q.offer(1, 0, pcm(900))).toBe('queued');
    expect(q.offer(1, 1, pcm(101))).toBe('full');
    expect(q.offer(1, 1, pcm(100))).toBe('queued');
    expect(q.queuedSamples).toBe(1000);
  });

  it('drops an aborted turn and all before it, for ever', () => {
    const { q, log, take } = queue();
    q.offer(1, 0, pcm(480));
    q.offer(2, 0, pcm(480));
    q.offer(3, 0, pcm(480, 3));
    expect(q.abort(2)).toBe(true);
    expect(q.offer(1, 1, pcm(10))).toBe('aborted');
    expect(q.offer(2, 1, pcm(10))).toBe('aborted');
    q.end(2);
    expect(take()).toBe(480);
    expect(log).toEqual(['start 3', '3.0:480!']);
    expect(q.queuedSamples).toBe(0);
    // An older abort that comes late takes nothing back.
    q.abort(1);
    expect(q.isAborted(2)).toBe(true);
    expect(q.isAborted(3)).toBe(false);
  });

  it('finishes a turn that had nothing (left) to say', () => {
    const { q, log, take } = queue();
    q.end(1);
    q.offer(2, 0, pcm(480));
    take();
    q.end(2);
    expect(log).toEqual(['finish 1', 'start 2', '2.0:480!', 'finish 2']);
  });

  it('takes back what was not heard, within the piece', () => {
    const { q, take } = queue();
    q.offer(1, 0, pcm(1000));
    take();
    q.rewind(2000);
    expect(q.queuedSamples).toBe(1000);
  });
});

describe('a playout queue that keeps what was taken', () => {
  function keeping() {
    const log: string[] = [];
    const q = new PlayoutQueue(
      10_000,
      {
        turnStarted: (turn) => log.push(`start ${turn}`),
        pieceTaken: (turn, piece, played, ended) => log.push(`${turn}.${piece}:${played}${ended ? '!' : ''}`),
        turnFinished: (turn) => log.push(`finish ${turn}`),
      },
      500,
    );
    return { q, log, take: (count: number) => q.take(new Int16Array(count), count) };
  }

  it('gives it out again, and finishes again', () => {
    const { q, log, take } = keeping();
    q.offer(1, 0, pcm(300));
    q.offer(1, 1, pcm(300));
    q.end(1);
    expect(take(600)).toBe(600);
    q.rewind(400);
    expect(q.queuedSamples).toBe(400);
    log.length = 0;
    expect(take(600)).toBe(400);
    expect(log).toEqual(['1.0:300!', '1.1:300!', 'finish 1']);
  });

  it('reaches back as far as it keeps, whatever is asked', () => {
    const { q, take } = keeping();
    for (let i = 0; i < 8; i += 1) q.offer(1, i, pcm(200));
    take(1600);
    q.rewind(1_000_000);
    expect(q.queuedSamples).toBeGreaterThanOrEqual(500);
    expect(q.queuedSamples).toBeLessThan(800);
  });

  it('never gives out anything of an aborted turn', () => {
    const { q, take } = keeping();
    q.offer(1, 0, pcm(300));
    take(300);
    q.abort(1);
    q.rewind(300);
    expect(q.queuedSamples).toBe(0);
    expect(take(100)).toBe(0);
  });
});
