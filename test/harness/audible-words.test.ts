import { describe, expect, it } from 'vitest';
import { AudibleWords, BOT_VOICE, CALLER_VOICE, PITCHES_HZ } from './audible-words.ts';

const utterance = (text: string, forMs: number) => {
  const words = text.split(' ');
  return { words, wordMs: forMs / words.length };
};

describe('words that can be heard', () => {
  it.each(PITCHES_HZ)('are heard as they were said, in any place, by a voice of %d Hz', (pitchHz) => {
    const air = new AudibleWords();
    for (let i = 0; i < 60; i += 1) {
      const listener = air.listener(8000);
      const said = utterance('and where is the parking of this house please', 1_600 + i * 7);
      listener.hear(new Int16Array(i));
      listener.hear(air.say(said, 8000, { ...CALLER_VOICE, levelDbov: -20 - (i % 25), pitchHz }));
      expect(listener.words).toEqual(said.words);
    }
  });

  it('have the level that was asked for', () => {
    const pcm = new AudibleWords().say(utterance('one two three', 900), 8000, { levelDbov: -30, pitchHz: 100, takesBreath: false });
    const mean = pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
    expect(10 * Math.log10(mean / 2 ** 30)).toBeCloseTo(-30, 0);
  });

  it('are missing where their sound is', () => {
    const air = new AudibleWords();
    const listener = air.listener(8000);
    const pcm = air.say(utterance('one two three four', 1_200), 8000, BOT_VOICE);
    listener.hear(pcm.fill(0, 2_400, 4_800));
    expect(listener.words).toEqual(['one', 'three', 'four']);
  });

  it('come in the order in which they are heard', () => {
    const air = new AudibleWords();
    const listener = air.listener(8000);
    const pcm = air.say(utterance('one two three', 900), 8000, BOT_VOICE);
    for (const from of [2_400, 0, 4_800]) listener.hear(pcm.subarray(from, from + 2_400));
    expect(listener.words).toEqual(['two', 'one', 'three']);
  });

  it('two at once, noise and silence are no words', () => {
    const air = new AudibleWords();
    const listener = air.listener(8000);
    const one = air.say(utterance('one two', 900), 8000, BOT_VOICE);
    const other = air.say(utterance('three four', 900), 8000, BOT_VOICE);
    listener.hear(one.map((sample, i) => sample + other[i]!));
    listener.hear(Int16Array.from({ length: 8_000 }, (_, i) => ((Math.imul(i + 1, 0x9e3779b1) >>> 0) % 4_000) - 2_000));
    listener.hear(new Int16Array(8_000));
    expect(listener.words).toEqual([]);
  });
});
