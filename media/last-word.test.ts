import { describe, expect, it } from 'vitest';
import { Call } from './testing/telephone-call.ts';

// The caller spoke over the last word of the bot and never heard it again: the pause held, although the turn had been told as finished and nobody would resume it.
describe('speech over the last word of the bot', () => {
  /** The bot speaks for `forMs`, and the caller begins `beforeMs` before its end; then the bot has a second thing to say. */
  function heardAfter(
    forMs: number,
    beforeMs: number,
    endAfterMs: number,
  ): { readonly call: Call; readonly isFinished: boolean; readonly heard: number } {
    const call = new Call();
    call.run(200);
    call.play(1, forMs);
    if (endAfterMs === 0) call.send({ kind: 'play-end', turnId: 1 });
    call.run(forMs - beforeMs);
    for (let ms = 0; ms < 600; ms += 20) {
      if (ms === endAfterMs && ms > 0) call.send({ kind: 'play-end', turnId: 1 });
      call.run(20, 9000);
    }
    const isFinished = call.kinds().includes('playout-finished');
    // As a conversation does: a turn that is not over is given up.
    if (!isFinished) call.send({ kind: 'abort-turn', turnId: 1 });
    call.run(400);
    const fromMs = call.nowMs;
    call.play(2, 300);
    call.send({ kind: 'play-end', turnId: 2 });
    call.run(600);
    return { call, isFinished, heard: call.loud(fromMs).length };
  }

  it.each([0, 200])('the next turn is heard, whenever the speech begins; the end of the turn is told %d ms after it', (endAfterMs) => {
    const finished = new Set<boolean>();
    for (let beforeMs = 0; beforeMs <= 300; beforeMs += 20) {
      for (const forMs of [600, 610, 615]) {
        const { call, isFinished, heard } = heardAfter(forMs, beforeMs, endAfterMs);
        if (call.kinds().includes('playout-paused')) finished.add(isFinished);
        // 300 ms, and what the filter still holds.
        expect([forMs, beforeMs, heard >= 14]).toEqual([forMs, beforeMs, true]);
        expect(call.events.filter(({ kind }) => kind === 'playout-finished').at(-1)).toMatchObject({ turnId: 2 });
      }
    }
    // Both kinds of pause were among them: one with something left to say, and one without.
    expect(finished).toEqual(new Set([false, true]));
  });

  it('a pause between two pieces of one turn holds until it is decided', () => {
    const call = new Call();
    call.run(200);
    call.play(1, 600);
    call.run(420);
    call.run(400, 9000);
    expect(call.kinds()).toContain('playout-paused');
    const fromMs = call.nowMs;
    call.play(1, 400, 1);
    call.run(400, 9000);
    expect(call.loud(fromMs)).toEqual([]);
    call.send({ kind: 'resume-playout', turnId: 1 });
    call.run(500);
    expect(call.loud(fromMs).length).toBeGreaterThanOrEqual(20);
  });
});
