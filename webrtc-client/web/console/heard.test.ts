import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitHeard } from './heard.ts';

describe('splitHeard', () => {
  it('strikes through only what was never heard', () => {
    expect(splitHeard('Breakfast is from seven, until ten.', 'Breakfast is from seven,')).toEqual({
      heard: 'Breakfast is from seven,',
      unheard: 'until ten.',
    });
  });

  it('finds the place though spoken and written text differ in spaces and punctuation', () => {
    expect(splitHeard('It is open – always.  Come by!', 'It is open  always')).toEqual({
      heard: 'It is open – always.',
      unheard: 'Come by!',
    });
  });

  it('has everything heard, nothing heard, and more heard than was written', () => {
    expect(splitHeard('All of it.', 'All of it.')).toEqual({ heard: 'All of it.', unheard: '' });
    expect(splitHeard('None of it.', '')).toEqual({ heard: '', unheard: 'None of it.' });
    expect(splitHeard('Short.', 'Short and then some more')).toEqual({ heard: 'Short.', unheard: '' });
  });

  it('loses no word of any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { maxLength: 12 }), fc.nat(12), (words, count) => {
        const text = words.join(' ');
        const { heard, unheard } = splitHeard(text, words.slice(0, count).join(' '));
        expect((heard + unheard).replaceAll(/\s/gu, '')).toBe(text.replaceAll(/\s/gu, ''));
      }),
    );
  });
});
