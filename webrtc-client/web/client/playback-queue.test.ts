import { describe, expect, it } from 'vitest';
import { PlaybackQueue } from './playback-queue.ts';
import type { PlaybackCommand } from './worklet/messages.ts';

const sound = (count: number): PlaybackCommand => ({ kind: 'audio', pcm: new Int16Array(count) });

describe('sound that comes before the AudioWorklet is ready', () => {
  it('is kept in order, and an end that comes early still ends', () => {
    const queue = new PlaybackQueue();
    const taken: string[] = [];
    queue.push(sound(10));
    queue.push({ kind: 'end' });
    queue.attach(({ kind }) => taken.push(kind));
    queue.push(sound(10));
    expect(taken).toEqual(['audio', 'end', 'audio']);
  });

  it('is forgotten when it is cancelled', () => {
    const queue = new PlaybackQueue();
    const taken: PlaybackCommand[] = [];
    queue.push(sound(10));
    queue.push({ kind: 'cancel' });
    queue.push(sound(20));
    queue.attach((command) => taken.push(command));
    expect(taken.map((one) => (one.kind === 'audio' ? one.pcm.length : one.kind))).toEqual(['cancel', 20]);
  });

  it('is bounded', () => {
    const queue = new PlaybackQueue();
    let samples = 0;
    for (let index = 0; index < 1_000; index += 1) {
      queue.push(sound(24_000));
      queue.push({ kind: 'end' });
      queue.push({ kind: 'end' });
    }
    let commands = 0;
    queue.attach((command) => {
      commands += 1;
      if (command.kind === 'audio') samples += command.pcm.length;
    });
    expect(samples).toBe(720_000);
    expect(commands).toBe(60);
  });
});
