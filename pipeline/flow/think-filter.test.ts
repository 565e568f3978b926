import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThinkFilter } from './think-filter.ts';

function filtered(text: string, chunkChars: number): string {
  const filter = new ThinkFilter();
  let out = '';
  for (let at = 0; at < text.length; at += chunkChars) out += filter.push(text.slice(at, at + chunkChars));
  return out + filter.flush();
}

describe('ThinkFilter', () => {
  for (const chunkChars of [1, 2, 3, 7, 1000]) {
    it(`the caller does not hear the model think, in chunks of ${chunkChars}`, () => {
      expect(filtered('<think>The user greets. </thin k> Hm.</think>\n\nHello!', chunkChars)).toBe('Hello!');
      expect(filtered('\n<think>\n\n</think>\n\nHello! <think>', chunkChars)).toBe('Hello! <think>');
      expect(filtered('<think>never ends', chunkChars)).toBe('');
      expect(filtered('<thin ice', chunkChars)).toBe('<thin ice');
      expect(filtered('<thi', chunkChars)).toBe('<thi');
      expect(filtered('', chunkChars)).toBe('');
    });
  }

  it('leaves other text alone', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }).filter((text) => !text.trimStart().startsWith('<think>')), fc.integer({ min: 1, max: 9 }), (text, chunkChars) => {
      expect(filtered(text, chunkChars)).toBe(text);
    }));
  });
});
