import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors';
import { personaSchema } from '../persona.ts';
import type { Embedder } from '../ports.ts';
import { createKnowledge } from './create-knowledge.ts';
import { knowledge } from '../language/english/knowledge/english.ts';
import { queryText } from './query.ts';

const signal = new AbortController().signal;
const persona = personaSchema.parse({
  name: 'x',
  mode: 'knowledge',
  greeting: 'Hi.',
  knowledge: [
    { id: 'cats', asked: ['cats here', 'any cats'], answer: 'Three.' },
    { id: 'dogs', asked: ['dogs here'], answer: 'Two.', action: 'repeat' },
  ],
});

/** The vector counts cats, dogs and everything else. */
function counting(): Embedder & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    asked,
    embed: (texts) => {
      asked.push([...texts]);
      return Promise.resolve(
        texts.map((text) => {
          const counts = [/cat|kitten/i.test(text) ? 1 : 0, /dog|puppy/i.test(text) ? 1 : 0, 0.1];
          const length = Math.hypot(...counts);
          return Float32Array.from(counts, (count) => count / length);
        }),
      );
    },
  };
}

describe('createKnowledge', () => {
  it('embeds the wordings once, and a question once', async () => {
    const embedder = counting();
    const knowledge = await createKnowledge(persona, embedder, { matcher: { unknownWordsPenalty: 0 } });
    expect(embedder.asked).toHaveLength(1);
    expect(await knowledge.match('Is there a kitten?', [], signal)).toMatchObject({ kind: 'answer', entryId: 'cats', answer: 'Three.' });
    expect(await knowledge.match('Is there a kitten?', [], signal)).toMatchObject({ entryId: 'cats' });
    expect(await knowledge.match('um, is there a puppy', [], signal)).toMatchObject({ entryId: 'dogs', action: 'repeat' });
    expect(embedder.asked.slice(1)).toEqual([['Is there a kitten?'], ['is there a puppy']]);
  });

  it('an example word for word asks nobody', async () => {
    const embedder = counting();
    const knowledge = await createKnowledge(persona, embedder);
    expect(await knowledge.match('Any cats?', [], signal)).toMatchObject({ kind: 'answer', entryId: 'cats', score: 1 });
    expect(embedder.asked).toHaveLength(1);
  });

  it('asks only for wordings that are not kept from before', async () => {
    const kept = new Map<string, Float32Array>();
    const vectors = { get: (text: string) => kept.get(text), set: (text: string, vector: Float32Array) => void kept.set(text, vector) };
    await createKnowledge(persona, counting(), { vectors });
    const second = counting();
    await createKnowledge(persona, second, { vectors });
    expect(second.asked).toEqual([]);
  });

  it('words decide while vectors fail, and without them; an abort stays one', async () => {
    const embedder = counting();
    const knowledge = await createKnowledge(persona, embedder);
    embedder.embed = () => Promise.reject(new AppError('EMBEDDING_TIMEOUT', 'late'));
    for (const one of [knowledge, await createKnowledge(persona, undefined)]) {
      expect(await one.match('Are cats here?', [], signal)).toMatchObject({ kind: 'answer', entryId: 'cats' });
      expect(await one.match('Here are dogs?', [], signal)).toMatchObject({ kind: 'answer', entryId: 'dogs' });
      expect(await one.match('Is the weather fine?', [], signal)).toMatchObject({ kind: 'none' });
      expect(await one.match('the', [], signal)).toMatchObject({ kind: 'none' });
    }
    await expect(knowledge.match('Are there many cats around?', [], AbortSignal.abort())).rejects.toThrow('late');
  });

  it('a persona without knowledge asks nobody and knows nothing', async () => {
    const embedder = counting();
    const knowledge = await createKnowledge(personaSchema.parse({ name: 'x', mode: 'chat', greeting: 'Hi.' }), embedder);
    expect(await knowledge.match('cats', [], signal)).toEqual({ kind: 'none', facts: [], score: 0 });
    expect(embedder.asked).toEqual([]);
  });

  it('a fault of the embedder costs the vector only, and the next question is asked again', async () => {
    let fail = false;
    const inner = counting();
    const embedder: Embedder = {
      embed: (texts, aborted) => (fail ? Promise.reject(new AppError('EMBEDDING_TIMEOUT', 'late')) : inner.embed(texts, aborted)),
    };
    const knowledge = await createKnowledge(persona, embedder);
    fail = true;
    expect((await knowledge.match('some kitten', [], signal)).kind).toBe('none');
    await expect(knowledge.makeVector?.('some kitten', signal)).rejects.toMatchObject({ code: 'EMBEDDING_TIMEOUT' });
    fail = false;
    expect((await knowledge.match('some kitten', [], signal)).kind).not.toBe('none');
  });

  it('vectors of another model among the kept ones are noticed', async () => {
    const vectors = { get: (text: string) => (text === 'any cats' ? new Float32Array(7) : undefined), set: () => {} };
    await expect(createKnowledge(persona, counting(), { vectors })).rejects.toMatchObject({ code: 'EMBEDDING_BAD_REPLY' });
  });
});

describe('two questions in one breath', () => {
  const desk = personaSchema.parse({
    name: 'x',
    mode: 'knowledge',
    greeting: 'Hi.',
    knowledge: [
      { id: 'cats', asked: ['cats here', 'any cats'], answer: 'Three.' },
      { id: 'dogs', asked: ['dogs here', 'any dogs'], answer: 'Two.' },
      { id: 'both', asked: ['cats and dogs together'], answer: 'Five.' },
      { id: 'bye', asked: ['goodbye now'], answer: 'Bye.', action: 'hang-up' },
    ],
  });

  it.each<{ readonly said: string; readonly entries: readonly string[] }>([
    { said: 'Any cats? And any dogs?', entries: ['cats', 'dogs'] },
    { said: 'Are there any dogs and are there any cats?', entries: ['dogs', 'cats'] },
    { said: 'Any cats? Any cats?', entries: ['cats'] },
    { said: 'cats and dogs together', entries: ['both'] },
    { said: 'Any cats? Goodbye now.', entries: ['bye'] },
    { said: 'Any cats and what is the weather like?', entries: [] },
  ])('$said', async ({ said, entries }) => {
    const knowledge = await createKnowledge(desk, undefined);
    const match = await knowledge.match(said, [], signal);
    const found = match.kind === 'answers' ? match.answers.map(({ entryId }) => entryId) : match.kind === 'answer' ? [match.entryId] : [];
    expect(found).toEqual(entries);
  });
});

describe('queryText', () => {
  for (const [said, asked] of [
    ['Um, what time is breakfast?', 'what time is breakfast?'],
    ['okay so uh do you have wifi', 'do you have wifi'],
    ['Wait, what about parking?', 'what about parking?'],
    ['Actually, I would like a taxi.', 'I would like a taxi.'],
    ['So', 'So'],
    ['Um.', 'Um.'],
    ['  Yes  ', 'Yes'],
    ['Is there a summer house?', 'Is there a summer house?'],
  ] as const) {
    it(`${JSON.stringify(said)} asks ${JSON.stringify(asked)}`, () => expect(queryText(said, knowledge)).toBe(asked));
  }
});
