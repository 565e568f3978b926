import type { ToneLanguage } from '../../../tone/cue-reader.ts';
import { ABOUT_OTHERS, AT_EASE, CUES, NEGATION } from './cues.ts';
import { EXAMPLES } from './examples.ts';

export const ENGLISH: ToneLanguage = { examples: EXAMPLES, cues: CUES, aboutOthers: ABOUT_OTHERS, negation: NEGATION, atEase: AT_EASE };
