import type { Found } from '../../../dialogue/slots/reading.ts';
import { phraseAt, phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';

/** The first clear yes or no, from the beginning on. "Yes and no" has both; "no problem" is a yes, "I don't think so" a no. */
export function findYesNo(tokens: readonly Token[]): readonly Found<boolean>[] {
  let index = 0;
  // "Uh-huh" begins like a filler.
  for (let next = phraseAt(tokens, index, FILLERS); next !== undefined && answerAt(tokens, index) === undefined; next = phraseAt(tokens, index, FILLERS)) index = next;
  if (phraseAt(tokens, index, NOT_ANSWERS) !== undefined) return [];
  const first = answerAt(tokens, index) ?? misheardNo(tokens, index);
  if (first === undefined) return embedded(tokens, index);
  let to = first.to;
  for (let at = afterMarks(tokens, to); at < tokens.length; at = afterMarks(tokens, to)) {
    const more = answerAt(tokens, at);
    if (more === undefined) {
      const filler = phraseAt(tokens, at, AFTERS);
      if (filler === undefined) break;
      to = filler;
      continue;
    }
    // "Yes, no problem" agrees with itself; "yes and no" does not; after "no" a "that's right" may belong to what is right instead.
    if (more.value !== first.value) return [{ values: [first.value, more.value], from: index, to: more.to, sure: false }];
    to = more.to;
  }
  if (first.value && NEGATIONS.test(textAt(tokens, to))) return [];
  const doubtful = phraseAt(tokens, afterMarks(tokens, to), TAKES_BACK) !== undefined || tokens.slice(to).some((token) => token.text === '?');
  if (doubtful) return [{ values: [first.value], from: index, to, sure: false, confidence: 0.5 }];
  return [{ values: [first.value], from: index, to, sure: false, confidence: first.confidence }];
}

/** A "no" alone is often written "now" by recognisers. It acts on nothing. */
function misheardNo(tokens: readonly Token[], index: number): { value: boolean; to: number; confidence: number } | undefined {
  const isAlone = afterMarks(tokens, index + 1) === tokens.length;
  return isAlone && MISHEARD_NO.has(textAt(tokens, index)) ? { value: false, to: index + 1, confidence: 0.6 } : undefined;
}

/** "I would say yes", "it is correct": the word is there, though not at the beginning. */
function embedded(tokens: readonly Token[], index: number): readonly Found<boolean>[] {
  if (tokens.some((token) => token.text === '?' || QUESTIONS.has(token.text)) || tokens.length - index > 8) return [];
  const negated = tokens.some((token) => NEGATIONS.test(token.text));
  for (let at = index; at < tokens.length; at += 1) {
    const answer = answerAt(tokens, at);
    if (answer !== undefined && afterMarks(tokens, answer.to) === tokens.length) return negated && answer.value ? [] : [{ values: [answer.value], from: at, to: answer.to, sure: false, confidence: 0.6 }];
  }
  return [];
}

function answerAt(tokens: readonly Token[], index: number): { value: boolean; to: number; confidence: number } | undefined {
  let best: { value: boolean; to: number; confidence: number } | undefined;
  for (const [value, confidence, wordings] of ANSWERS) {
    const to = phraseAt(tokens, index, wordings);
    if (to !== undefined && (best === undefined || to > best.to)) best = { value, to, confidence };
  }
  return best;
}

function afterMarks(tokens: readonly Token[], index: number): number {
  let at = index;
  while (tokens[at]?.kind === 'mark' || textAt(tokens, at) === 'and') at += 1;
  return at;
}

const ANSWERS: readonly (readonly [value: boolean, confidence: number, wordings: readonly (readonly string[])[]])[] = [
  [true, 1, phrases(
    'yes', 'yeah', 'yep', 'yup', 'yea', 'ya', 'yes please', 'yeah please', 'yes sir', "yes ma'am", 'yes it is', 'yes i do', 'yes i would', 'sure', 'sure thing', 'of course',
    'certainly', 'absolutely', 'definitely', 'correct', "that's correct", 'that is correct', 'thats correct', 'right', "that's right", 'that is right', 'thats right', 'exactly',
    'indeed', 'affirmative', 'positive', 'ok', 'okay', 'alright', 'all right', 'fine', "that's fine", 'that is fine', 'sounds good', 'sounds great', 'sounds right', 'perfect',
    'please do', 'go ahead', 'do it', 'do that', 'book it', 'why not', 'no problem', 'no objection', 'by all means', 'you bet', 'uh-huh', 'uh huh', 'mhm', 'mm-hmm', 'mm hmm', 'mmhmm',
    'that works', 'works for me', "that'll do", "that's it", "that's the one", 'very good', 'i do', 'i would', 'it is', 'true', 'i confirm', 'confirmed', 'yes that works', 'aye', "that's good",
  )],
  [true, 0.65, phrases('i think so', 'i guess so', 'i guess', 'i suppose so', 'probably', 'i believe so', 'should be', 'most likely', 'more or less', 'good', 'great')],
  [false, 1, phrases(
    'no', 'nope', 'nah', 'no thanks', 'no thank you', 'no way', 'not at all', 'no it is not', "no it isn't", "no i don't", 'no not really', 'never', 'negative', 'absolutely not',
    'certainly not', 'definitely not', 'of course not', 'not correct', "that's not correct", 'that is not correct', "that's not right", 'that is not right', "that isn't right",
    "that isn't correct", "that's wrong", 'that is wrong', 'thats wrong', 'wrong', 'incorrect', 'not right', 'not quite', 'false', "don't", "please don't", "don't do that", "don't do it",
    "it's not", "it isn't", 'it is not', "i don't", 'i do not', "i wouldn't", "i'd rather not", 'uh-uh', 'nuh-uh', 'not okay', 'not ok', "that's not it", 'not sure thing',
  )],
  [false, 0.65, phrases('not really', "i don't think so", 'i do not think so', 'not yet', 'not now', 'rather not', 'i guess not', 'i suppose not', 'probably not', "i'm afraid not", 'not exactly', 'not today')],
];
const MISHEARD_NO: ReadonlySet<string> = new Set(['now', 'know']);
const FILLERS = phrases('um', 'uh', 'er', 'erm', 'well', 'oh', 'ah', 'hm', 'hmm', ',', '.', '-', '…', 'so', 'hello', 'hi', 'i mean', 'like', 'and');
const AFTERS = phrases('please', 'thanks', 'thank you', 'thank you very much', 'very much', 'sir', 'madam', "ma'am", 'then', 'well');
/** A yes with one of these after it is none to act on. */
const TAKES_BACK = phrases('but', 'except', 'only', 'wait', 'hold on', 'actually', 'if', 'unless', 'however', 'or');
const NOT_ANSWERS = phrases('no idea', 'no one', 'nobody', 'no clue', 'right now', 'no more', 'no matter', 'sure about', 'right away', 'fine print', 'true or false', 'yes or no', "i don't know", 'i do not know', "i don't understand", "i don't remember", 'i do not understand');
const QUESTIONS: ReadonlySet<string> = new Set(['what', 'why', 'who', 'how', 'where', 'when', 'which']);
const NEGATIONS = /^(not|never|hardly|.*n't|dont|cannot)$/;
