import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knowledge } from '../language/english/knowledge/english.ts';
import { Matcher, type MatcherEntry, type Wording } from './matcher.ts';

/** A unit vector at `degrees` in the plane: cosines are those of the angles between. */
const at = (degrees: number): Float32Array => Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const wording = (text: string, degrees: number): Wording => ({ text, vector: at(degrees) });
const pool: MatcherEntry = {
  id: 'pool',
  answer: 'It is on the roof.',
  label: 'the pool',
  wordings: [wording('pool one', 0), wording('pool two', 10)],
};
const spa: MatcherEntry = { id: 'spa', answer: 'It is below.', wordings: [wording('spa one', 60)] };
const bye: MatcherEntry = { id: 'bye', answer: 'Goodbye.', action: 'hang-up', wordings: [wording('bye now', 180)] };
const options = { threshold: 0.5, margin: 0.1, unknownWordsPenalty: 0 };
const matcher = new Matcher([pool, spa, bye], knowledge, [wording('nonsense', 100)], options);

describe('Matcher', () => {
  it('answers with the entry of the nearest wording', () => {
    expect(matcher.match(wording('x', 12))).toEqual({
      kind: 'answer',
      entryId: 'pool',
      answer: 'It is on the roof.',
      score: expect.closeTo(0.999, 3),
    });
    expect(matcher.match(wording('x', 175))).toMatchObject({ kind: 'answer', entryId: 'bye', action: 'hang-up' });
  });

  it('asks which when two are close and both near enough', () => {
    expect(matcher.match(wording('x', 34))).toMatchObject({
      kind: 'ask-which',
      entryIds: ['pool', 'spa'],
      question: 'Do you mean the pool or spa?',
    });
  });

  it('gives the nearest facts when nothing is near, but not what only acts', () => {
    expect(matcher.match(wording('x', -100))).toEqual({
      kind: 'none',
      facts: ['It is on the roof.', 'It is below.'],
      score: expect.any(Number),
    });
  });

  it('does not answer what is nearer to nonsense', () => {
    expect(matcher.match(wording('x', 85))).toMatchObject({ kind: 'none' });
    expect(matcher.match(wording('x', 75))).toMatchObject({ kind: 'answer', entryId: 'spa' });
  });

  it('an example word for word needs no vector, whatever its marks', () => {
    expect(matcher.matchWithoutVector('Spa, one!')).toMatchObject({ kind: 'answer', entryId: 'spa', score: 1 });
    expect(matcher.matchWithoutVector('spa three')).toBeUndefined();
    expect(new Matcher([], knowledge).matchWithoutVector('anything')).toEqual({ kind: 'none', facts: [], score: 0 });
  });

  it('words that an entry does not know count against it', () => {
    const strict = new Matcher([pool, spa, bye], knowledge, [], { ...options, unknownWordsPenalty: 0.15 });
    expect(strict.match(wording('pool two nonsense', 62)).score).toBeLessThan(matcher.match(wording('pool two nonsense', 62)).score);
    expect(strict.match(wording('one', 60)).score).toBeCloseTo(1, 5);
  });

  describe('after it asked which', () => {
    const which = ['pool', 'spa'] as const;
    for (const [said, entryId] of [
      ['the first', 'pool'],
      ['The second one.', 'spa'],
      ['the latter', 'spa'],
      ['pool', 'pool'],
      ['I mean the spa', 'spa'],
    ] as const) {
      it(`${JSON.stringify(said)} chooses ${entryId}`, () =>
        expect(matcher.match(wording(said, 300), which)).toMatchObject({ kind: 'answer', entryId }));
    }

    it('a smaller lead is enough, but something else is something else', () => {
      expect(matcher.match(wording('x', 30), which)).toMatchObject({ kind: 'answer', entryId: 'pool' });
      expect(matcher.match(wording('x', 180), which)).toMatchObject({ kind: 'answer', entryId: 'bye' });
    });

    it('entries that are gone are not waited for', () => {
      expect(matcher.match(wording('the first', -100), ['gone', 'pool'])).toMatchObject({ kind: 'none' });
    });
  });

  it('never throws and always scores between 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 0, max: 359 }),
        fc.array(fc.constantFrom('pool', 'spa', 'x'), { maxLength: 3 }),
        (text, degrees, expecting) => {
          const { score } = matcher.match(wording(text, degrees), expecting);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1.000001);
        },
      ),
    );
  });
});
