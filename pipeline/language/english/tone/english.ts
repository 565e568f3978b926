import type { ToneLanguage } from '../../tone-language.ts';
import { ABOUT_OTHERS, AT_EASE, CUES, NEGATION } from './cues.ts';
import { EXAMPLES } from './examples.ts';

export const tone: ToneLanguage = {
  examples: EXAMPLES,
  cues: CUES,
  aboutOthers: ABOUT_OTHERS,
  negation: NEGATION,
  atEase: AT_EASE,
  contracted: (lowerText) =>
    lowerText
      .replaceAll(/\bi am\b/g, "i'm")
      .replaceAll(/\bi have\b/g, "i've")
      .replaceAll(/\bcannot\b/g, "can't")
      .replaceAll(/\b(do|does|did|is|are|was|were|would) not\b/g, "$1n't")
      .replaceAll(/\b(you|we|they) are\b/g, "$1're")
      .replaceAll(/\b(that|it|what|he|she) is\b/g, "$1's"),
};
