import { wordsOf } from '../../../text/words.ts';

/** The two questions that may be in one breath; undefined where there is one. Whether both are questions is for the knowledge to say. */
export function twoQuestions(text: string): readonly [string, string] | undefined {
  for (const boundary of BOUNDARIES) {
    const at = [...text.matchAll(boundary)];
    for (const match of at) {
      const first = text.slice(0, match.index).trim();
      const second = text.slice(match.index + match[0].length).trim();
      if (wordsOf(first).length >= MIN_WORDS && wordsOf(second).length >= MIN_WORDS) return [first, second];
    }
  }
  return undefined;
}

/** The clearest first: a question mark, "and also", "and" before a question word, any other "and". */
const BOUNDARIES = [
  /[?!.]\s+(?:and\s+|also\s+)*/gi,
  /,?\s+(?:and also|and then|also|plus)\s+/gi,
  /,?\s+and\s+(?=(?:what|where|when|how|who|which|is|are|do|does|can|could|may|have|has|until|at what)\b)/gi,
  /,?\s+and\s+/gi,
];
const MIN_WORDS = 2;
