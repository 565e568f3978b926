import type { KnowledgeLanguage } from '../../knowledge-language.ts';
import { twoQuestions } from './questions.ts';
import { OFF_TOPIC } from './off-topic.ts';

export const knowledge: KnowledgeLanguage = {
  fillers: /\b(?:u+[hm]+|e+r+m*|hm+|mhm|you know|I mean)\b[,.…]*/gi,
  openings: /^(?:(?:okay|ok|well|so|and|yeah|right|now|wait|actually|excuse me|hold on)[,.!]*\s+)+(?=\S)/i,
  joined: (lowerText) => lowerText.replace(/\b(wi|check|e)[- ](fi|in|out|mail)\b/g, '$1$2'),
  stopWords: new Set(
    `a an and any are as at be by can could did do does for from get go got had has have hello hey hi how i i'd i'll i'm if in is it it's its just know
    like may me much my of okay on or our out please should so some tell than that the their them then there these they this to uh um us
    was we were what what's when where which who will with would yeah yes you your about actually excuse sorry wait well`.split(/\s+/),
  ),
  stem,
  offTopic: OFF_TOPIC,
  weightyWords: new Set(
    'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half noon midnight free not no never'.split(
      ' ',
    ),
  ),
  twoQuestions,
  either: (one, other) => `${one} or ${other}`,
  askWhich: (one, other) => `Do you mean ${one} or ${other}?`,
  placeIn: (words) => {
    if (/\b(?:the )?(?:first|former)(?: one)?$/.test(words)) return 'first';
    return /\b(?:the )?(?:second|latter|last)(?: one)?$/.test(words) ? 'second' : undefined;
  },
};

/** Enough for plurals and verb forms of everyday English. */
function stem(word: string): string {
  if (word.length <= 3) return word;
  const base = word
    .replace(/'s$/, '')
    .replace(/(?:ies)$/, 'y')
    .replace(/(ss|us|is)$/, '$1')
    .replace(/(?<![su])s$/, '');
  return base.length > 5 ? base.replace(/(?:ing|ed)$/, '') : base;
}
