import { expect, test } from 'vitest';
import { SpeechQueue } from './speech-queue.ts';

/** Frames of 20 ms at the rate: `s` loud, `.` silence. */
function sound(pattern: string, frameSamples: number): Int16Array {
  return Int16Array.from({ length: pattern.length * frameSamples }, (_, i) =>
    pattern[Math.floor(i / frameSamples)] === 's' ? (i % 2 ? 5000 : -5000) : 0,
  );
}

test.each([8000, 16000])('speech begins and ends with the packets that carry it, at %i Hz', async (rateHz) => {
  const queue = new SpeechQueue(rateHz);
  const played = queue.play(sound('.ss..', queue.frameSamples));
  for (let i = 0; i < 5; i++) {
    expect(queue.nextFrame()).toHaveLength(rateHz / 50);
    queue.left(100 + i * 20);
  }
  expect(queue.playing).toBe(false);
  expect(await played).toEqual({ firstPacketAtMs: 100, firstSpeechAtMs: 120, lastSpeechAtMs: 140, endAtMs: 180 });
});

test('noise lies under speech and under silence', () => {
  const queue = new SpeechQueue(8000);
  queue.setNoise(new Int16Array(100).fill(30));
  expect(queue.nextFrame()[0]).toBe(30);
  void queue.play(sound('s', 160));
  expect(queue.nextFrame()[1]).toBe(5030);
});

test('closing ends what is still to be spoken', async () => {
  const queue = new SpeechQueue(8000);
  const played = queue.play(sound('.s', 160));
  queue.nextFrame();
  queue.left(5);
  queue.close(9);
  expect(await played).toEqual({ firstPacketAtMs: 5, firstSpeechAtMs: undefined, lastSpeechAtMs: undefined, endAtMs: 9 });
});
