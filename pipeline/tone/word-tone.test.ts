import { describe, expect, it } from 'vitest';
import { TONES, type Tone } from '#domain/tone';
import type { Embedder } from '../ports.ts';
import { learnTone } from './learn-tone.ts';
import { SoftmaxLayer } from './softmax-layer.ts';
import { knowledge } from '../language/english/knowledge/english.ts';
import { tone as words } from '../language/english/tone/english.ts';
import { WordTone } from './word-tone.ts';

function best(shares: Readonly<Record<Tone, number>>): Tone {
  return TONES.reduce((a, b) => (shares[b] > shares[a] ? b : a));
}

describe('single words', () => {
  const reader = new WordTone(words, knowledge);
  const heard = (text: string): Tone => best(reader.read(text, undefined));

  it.each([
    ['This is ridiculous!', 'upset'],
    ['I have told you three times already.', 'upset'],
    ["I'm so happy, thank you so much!", 'happy'],
    ['My husband died last month.', 'sad'],
    ["Sorry, I don't understand.", 'unsure'],
    ['I am confused', 'unsure'],
    ['What time is breakfast?', 'neutral'],
    ['', 'neutral'],
  ] as const)('%s is %s', (text, tone) => {
    expect(heard(text)).toBe(tone);
  });

  it.each([
    'I am not angry at all',
    "I'm not upset, I just have a question",
    'Nothing is wrong',
    'The film is called Fury and Despair, it is about an angry man',
    'My boss was furious about it yesterday',
    'The band is called The Wonderful Losers',
    'She said she was fed up',
    'The password is happy puppy',
    "It isn't stupid",
    'I need a card for a funeral',
    'Do you have tickets for Les Miserables?',
    'My neighbour says it is ridiculous',
    'Is the exhibition about grief still open?',
    'No problem, take your time',
    'There is a survey on annoyed customers',
  ])('%s is neutral', (text) => {
    expect(heard(text)).toBe('neutral');
  });

  it('are found in any case and with any apostrophe', () => {
    expect(heard('I’M FED UP')).toBe('upset');
    expect(heard('i do not understand')).toBe(heard("I don't understand"));
  });

  it('take no long time for a long text', () => {
    const long = `${'not '.repeat(4_000)}ridiculous ${'my my my boss '.repeat(2_000)}`;
    const startedAtMs = performance.now();
    reader.read(long, undefined);
    expect(performance.now() - startedAtMs).toBeLessThan(500);
  });
});

describe('learning the meaning of examples', () => {
  /** A direction for each tone, and a little of the length of the text. */
  const embedder: Embedder = {
    embed: async (texts) =>
      texts.map((text) => {
        const tone = TONES.find((each) => words.examples[each].includes(text)) ?? 'neutral';
        return Float32Array.from({ length: 8 }, (_, at) => (at === TONES.indexOf(tone) ? 1 : at === 7 ? text.length / 1000 : 0));
      }),
  };

  it('goes in steps, and answers by single words until it is done', async () => {
    const reader = new WordTone(words, knowledge);
    const sad = Float32Array.from({ length: 8 }, (_, at) => (at === TONES.indexOf('sad') ? 1 : 0));
    let pauses = 0;
    const kept = new Map<string, Float32Array>();
    await learnTone(reader, embedder, {
      vectors: { get: (text) => kept.get(text), set: (text, vector) => kept.set(text, vector) },
      pause: async () => {
        pauses += 1;
        if (pauses === 10) expect(best(reader.read('Hello there', sad))).toBe('neutral');
      },
      signal: new AbortController().signal,
    });
    expect(pauses).toBeGreaterThan(200);
    expect(best(reader.read('Hello there', sad))).toBe('sad');
    // Another model's vectors are of another length.
    expect(best(reader.read('Hello there', new Float32Array(9).fill(1)))).toBe('neutral');
    expect(kept.size).toBe(new Set(reader.texts).size);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const learning = learnTone(new WordTone(words, knowledge), embedder, { pause: async () => stop.abort(), signal: stop.signal });
    await expect(learning).rejects.toThrow();
  });
});

describe('the layer', () => {
  it('learns what can be told apart, the same way each time', () => {
    const rows = [
      [1, 0],
      [0.9, 0.1],
      [0, 1],
      [0.1, 0.9],
    ].map((row) => Float32Array.from(row));
    const learnt = (): SoftmaxLayer => {
      const layer = new SoftmaxLayer(2, 2);
      for (const _ of layer.learn(rows, [0, 0, 1, 1]));
      return layer;
    };
    expect(learnt().shares(Float32Array.of(0.8, 0.1))[0]).toBeGreaterThan(0.9);
    expect([...learnt().shares(Float32Array.of(0.3, 0.6))]).toEqual([...learnt().shares(Float32Array.of(0.3, 0.6))]);
  });

  it('knows nothing at first', () => {
    expect([...new SoftmaxLayer(4, 2).shares(Float32Array.of(5, -5))]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});
