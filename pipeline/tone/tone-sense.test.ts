import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TONES, type Tone, type ToneShares } from '#domain/tone';
import { ms } from '#domain/units';
import { pipelineOptions } from '../options.ts';
import { ToneSense } from './tone-sense.ts';

const options = pipelineOptions.parse({}).tone;
const TEXT = 'and what about the other one over there';
const CALM = { levelDbov: -30, pitchHz: 180 };
const LOUD = { levelDbov: -20, pitchHz: 240 };

function shares(most: Partial<ToneShares>): ToneShares {
  const rest = (1 - Object.values(most).reduce((sum, share) => sum + share, 0)) / (TONES.length - Object.keys(most).length);
  return Object.fromEntries(TONES.map((tone) => [tone, most[tone] ?? rest])) as ToneShares;
}

/** A caller who has said one turn calmly. */
function caller(): ToneSense {
  const sense = new ToneSense(options, { read: () => shares({ neutral: 0.9 }) });
  sense.heardSpurt(CALM, ms(2_000));
  sense.turnEnded(TEXT);
  return sense;
}

describe('the tone of a caller', () => {
  it('is what the words mean, if they are sure', () => {
    const sense = caller();
    sense.heardMeaning(TEXT, shares({ sad: 0.6 }));
    expect(sense.reading(TEXT)).toEqual({ tone: 'sad', confidence: expect.closeTo(0.6), basis: ['words'] });
    sense.heardMeaning(TEXT, shares({ sad: 0.45 }));
    expect(sense.reading(TEXT)?.tone).toBe('neutral');
  });

  it('goes by single words while their meaning is not known, and by none of another text', () => {
    const sense = caller();
    sense.heardMeaning('something else', shares({ sad: 0.9 }));
    expect(sense.reading(TEXT)).toMatchObject({ tone: 'neutral', basis: ['cues'] });
  });

  it('is upset where the words leave it open and the voice is raised', () => {
    const sense = caller();
    sense.heardMeaning(TEXT, shares({ neutral: 0.5, upset: 0.35 }));
    expect(sense.reading(TEXT)?.tone).toBe('neutral');
    sense.heardSpurt(LOUD, ms(2_000));
    expect(sense.reading(TEXT)).toMatchObject({ tone: 'upset', basis: ['words', 'sound'], voice: { raised: true } });
  });

  it('is never more than neutral by the voice alone', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -60, max: 0, noNaN: true }),
        fc.double({ min: 60, max: 400, noNaN: true }),
        fc.integer({ min: 300, max: 9_000 }),
        (levelDbov, pitchHz, voicedMs) => {
          const sense = caller();
          sense.heardMeaning(TEXT, shares({ neutral: 0.8 }));
          sense.heardSpurt({ levelDbov, pitchHz }, ms(voicedMs));
          expect(sense.reading(TEXT)?.tone).toBe('neutral');
        },
      ),
    );
  });

  it('takes all talkspurts of a turn together', () => {
    const sense = caller();
    sense.heardSpurt({ levelDbov: -30 }, ms(1_000));
    sense.heardSpurt({ levelDbov: -18, pitchHz: 180 }, ms(3_000));
    expect(sense.reading(TEXT)?.voice).toMatchObject({ levelDb: expect.closeTo(9), raised: true });
  });

  it('listens to a model by half, and to noise not at all', () => {
    const sense = caller();
    sense.heardMeaning(TEXT, shares({ neutral: 0.8, upset: 0.1 }));
    sense.heardModel(shares({ upset: 0.97 }));
    expect(sense.reading(TEXT)?.tone).toBe('neutral');
    sense.heardMeaning(TEXT, shares({ neutral: 0.5, upset: 0.4 }));
    expect(sense.reading(TEXT)).toMatchObject({ tone: 'upset', basis: ['words', 'model'] });
    sense.nothing();
    expect(sense.reading(TEXT)?.basis).toEqual(['words']);
  });

  it('that is known late counts once, for the next turn, unless that has its own', () => {
    const sense = caller();
    const evidence = sense.turnEnded(TEXT);
    expect(sense.heardLate(shares({ neutral: 0.9 }), evidence, undefined)).toBeUndefined();
    expect(sense.heardLate(shares({ upset: 0.8 }), evidence, undefined)).toMatchObject({ tone: 'upset' });
    expect(sense.reading('nothing special in here')).toMatchObject({ tone: 'upset', basis: ['cues', 'before'] });
    sense.heardMeaning('I love it so much', shares({ happy: 0.8 }));
    expect(sense.reading('I love it so much')?.tone).toBe('happy');
    sense.turnEnded('nothing special in here');
    expect(sense.reading('nothing special in here')?.tone).toBe('neutral');
  });

  // One tone stood in the record twice, and its metric counted it twice: a partial and the final text of one turn were asked about both.
  it('is asked once of the same words, while the answer is on its way', () => {
    const sense = caller();
    sense.asked(TEXT);
    expect(sense.wants(`${TEXT.toUpperCase()}!`)).toBe(false);
    expect(sense.wants('something else is meant here')).toBe(true);
    sense.turnEnded(TEXT);
    expect(sense.wants(TEXT)).toBe(false);
  });

  it('is not asked of single words, nor of what is known', () => {
    const sense = caller();
    expect(sense.wants('half past')).toBe(false);
    expect(sense.wants(TEXT)).toBe(true);
    sense.heardMeaning(TEXT, shares({ sad: 0.6 }));
    expect(sense.wants(TEXT)).toBe(false);
    expect(new ToneSense({ ...options, enabled: false }, { read: () => shares({ upset: 0.9 }) }).wants(TEXT)).toBe(false);
  });

  it('is no tone at all when it is switched off', () => {
    const sense = new ToneSense({ ...options, enabled: false }, { read: () => shares({ upset: 0.9 }) });
    sense.heardSpurt(LOUD, ms(2_000));
    expect(sense.reading(TEXT)).toBeUndefined();
    expect(sense.heardLate(shares({ upset: 0.9 }), undefined, undefined)).toBeUndefined();
  });

  it.each(TONES.filter((tone): tone is Exclude<Tone, 'neutral'> => tone !== 'neutral'))('has a confidence between 0 and 1: %s', (tone) => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: -96, max: 0, noNaN: true }), (share, levelDbov) => {
        const sense = caller();
        sense.heardMeaning(TEXT, shares({ [tone]: share }));
        sense.heardModel(shares({ [tone]: 1 - share }));
        sense.heardSpurt({ levelDbov }, ms(2_000));
        const { confidence } = sense.reading(TEXT) ?? { confidence: -1 };
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }),
    );
  });
});
