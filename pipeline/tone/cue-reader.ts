import { TONES, type Tone } from '#domain/tone';

/** A pattern in the lower-case text that goes with a tone. */
export interface ToneCue {
  readonly tone: Exclude<Tone, 'neutral'>;
  readonly pattern: RegExp;
}

/** What one language needs for tones to be read in its words. */
export interface ToneLanguage {
  readonly examples: Readonly<Record<Tone, readonly string[]>>;
  readonly cues: readonly ToneCue[];
  /** A sentence about somebody or something else. */
  readonly aboutOthers: RegExp;
  /** Matches the text before a cue that means its opposite. */
  readonly negation: RegExp;
  readonly atEase: RegExp;
}

/** Core: which words of a text carry a tone. Features for the classifier, each 0 to 1; `CUE_FEATURES` of them. */
export function cueFeatures(text: string, language: ToneLanguage): Float32Array {
  const features = new Float32Array(CUE_FEATURES);
  const mark = (at: number): void => void (features[at] = Math.min(1, (features[at] ?? 0) + HALF));
  for (const sentence of sentencesOf(text)) {
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

/** Sentences in lower case, contracted as people speak ("I'm", "don't"); the mark at the end stays. */
function sentencesOf(text: string): readonly string[] {
  const plain = text
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/\bi am\b/g, "i'm")
    .replaceAll(/\bi have\b/g, "i've")
    .replaceAll(/\bcannot\b/g, "can't")
    .replaceAll(/\b(do|does|did|is|are|was|were|would) not\b/g, "$1n't")
    .replaceAll(/\b(you|we|they) are\b/g, "$1're")
    .replaceAll(/\b(that|it|what|he|she) is\b/g, "$1's");
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
