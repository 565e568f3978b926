import { describe, expect, it } from 'vitest';
import { ms, ratio } from '#domain/units';
import { CallerUtterance } from './utterance.ts';

function final(pause: number, text: string, rejected?: string) {
  return {
    kind: 'final',
    pause,
    text,
    confidence: ratio(0.9),
    noSpeech: ratio(0),
    audioMs: ms(900),
    decodeMs: ms(100),
    ...(rejected !== undefined && { rejected }),
  } as const;
}

describe('an utterance', () => {
  it('takes the answers to the pause that lasts, and others as partial text', () => {
    const utterance = new CallerUtterance({ atMs: ms(0), overBot: false });
    utterance.voiceStopped(ms(1_200), ms(1_000), ms(900), 1);
    utterance.voiceStarted();
    expect(utterance.final(ms(1_400), final(1, 'a room'))).toBe(false);
    expect([utterance.finalText, utterance.bestText]).toEqual([undefined, 'a room']);
    utterance.voiceStopped(ms(2_700), ms(2_500), ms(900), 2);
    expect(utterance.vote(ms(2_750), 1, ratio(0.9))).toBe(false);
    expect(utterance.vote(ms(2_760), 2, ratio(0.4))).toBe(true);
    expect(utterance.final(ms(2_900), final(2, 'a room and a table'))).toBe(true);
    expect([utterance.finalText, utterance.lastWordsAtMs, utterance.voicedMs, utterance.votes]).toEqual([
      'a room and a table',
      2_500,
      1_800,
      [0.4],
    ]);
  });

  it('is not made longer by a noise that adds no words', () => {
    const utterance = new CallerUtterance({ atMs: ms(0), overBot: false });
    utterance.voiceStopped(ms(1_200), ms(1_000), ms(900), 1);
    utterance.final(ms(1_400), final(1, 'A room.'));
    utterance.voiceStarted();
    utterance.voiceStopped(ms(2_200), ms(2_000), ms(200), 2);
    utterance.final(ms(2_400), final(2, 'a room'));
    expect([utterance.lastVoiceAtMs, utterance.lastWordsAtMs]).toEqual([2_000, 1_000]);
  });

  it('continues the words of a turn that was ended too early', () => {
    const utterance = new CallerUtterance({ atMs: ms(0), prefix: 'book a room', overBot: false });
    utterance.partial('with a view');
    expect([utterance.newText, utterance.bestText, utterance.isContinuation]).toEqual(['with a view', 'book a room with a view', true]);
    utterance.voiceStopped(ms(600), ms(400), ms(300), 1);
    utterance.final(ms(800), final(1, 'you', 'denylist'));
    expect([utterance.finalText, utterance.rejected]).toEqual(['book a room', 'denylist']);
  });
});
