import { TONES } from '#domain/tone';
import type { ToneLanguage } from '../language/tone-language.ts';

/** Core: which words of a text carry a tone. Features for the classifier, each 0 to 1; `CUE_FEATURES` of them. */
export function cueFeatures(text: string, language: ToneLanguage): Float32Array {
  const features = new Float32Array(CUE_FEATURES);
  const mark = (at: number): void => void (features[at] = Math.min(1, (features[at] ?? 0) + HALF));
  for (const sentence of sentencesOf(text, language)) {
    const aboutOthers = language.aboutOthers.test(sentence);
    if (aboutOthers) mark(ABOUT_OTHERS);
    if (language.atEase.test(sentence)) mark(AT_EASE);
    for (const { tone, pattern } of language.cues) {
      const found = pattern.exec(sentence);
      if (found === null) continue;
      const isMeant = !aboutOthers && !language.negation.test(sentence.slice(0, found.index));
      mark(isMeant ? TONES.indexOf(tone) : ABOUT_OTHERS);
      if (isMeant) features[TONES.indexOf(tone)] = Math.max(features[TONES.indexOf(tone)] ?? 0, FIRST);
    }
    if (sentence.endsWith('!')) mark(EXCLAIMED);
  }
  return features;
}

/** Sentences in lower case, contracted as people speak; the mark at the end stays. */
function sentencesOf(text: string, language: ToneLanguage): readonly string[] {
  const plain = language.contracted(text.toLowerCase().replaceAll('’', "'"));
  return (plain.match(/[^.!?;]+[.!?;]*/g) ?? []).map((sentence) => sentence.trim());
}

/** One for each tone (that of neutral stays 0), then the three below. */
const ABOUT_OTHERS = TONES.length;
const AT_EASE = TONES.length + 1;
const EXCLAIMED = TONES.length + 2;
export const CUE_FEATURES = TONES.length + 3;
const HALF = 0.5;
/** One cue counts three quarters of two. A guess. */
const FIRST = 0.75;
