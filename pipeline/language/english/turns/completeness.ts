import { trailingNumber } from './digits.ts';
import { lastSentence, wordsOf } from '../../../text/words.ts';

/** What the bot's last words asked for. */
export type Asked = 'nothing' | 'yes-no' | 'open' | 'digits' | 'message';

/** What the caller's words look like, judged by the text alone. */
export type TextShape =
  | { readonly kind: 'empty' }
  /** The text stops inside something: more must come. */
  | { readonly kind: 'unfinished'; readonly inside: Inside }
  | { readonly kind: 'question' }
  | { readonly kind: 'yes-no' }
  | { readonly kind: 'greeting' }
  | { readonly kind: 'goodbye' }
  /** Trails off: Whisper writes "..." behind unfinished sentences, but behind many a short answer too ("Today..."). */
  | { readonly kind: 'trailing' }
  /** Up to five words that leave nothing open: "two people", "book a room". */
  | { readonly kind: 'short-phrase' }
  | { readonly kind: 'statement' };

export type Inside = 'digits' | 'spelling' | 'address' | 'conjunction' | 'filler' | 'determiner' | 'preposition' | 'open-verb' | 'subject' | 'punctuation';

/** Judges the shape of a final text. Written for English; in other languages only digits, punctuation and `?` decide. */
export function shapeOf(text: string): TextShape {
  const words = wordsOf(text);
  if (words.length === 0) return { kind: 'empty' };
  const asks = text.trim().endsWith('?');
  const sentence = lastSentence(text);
  const inside = stopsInside(sentence, wordsOf(sentence), asks);
  if (inside !== undefined) return { kind: 'unfinished', inside };
  if (isGoodbye(text)) return { kind: 'goodbye' };
  if (isYesNo(text)) return { kind: 'yes-no' };
  if (isGreeting(words)) return { kind: 'greeting' };
  if (asks || looksAsked(wordsOf(sentence))) return { kind: 'question' };
  if (/(\.\.\.|…)$/u.test(text.trim())) return { kind: 'trailing' };
  return words.length <= SHORT_WORDS ? { kind: 'short-phrase' } : { kind: 'statement' };
}

/** Whether a text by itself asks to be waited on. */
export function looksUnfinished(text: string): boolean {
  return ['unfinished', 'trailing'].includes(shapeOf(text).kind);
}

/** Whether more words would belong to the same thing: nobody goes on with a finished question, but starts another. */
export function mayGoOn(text: string): boolean {
  return ['unfinished', 'trailing', 'short-phrase', 'statement'].includes(shapeOf(text).kind);
}

/** Whether words cannot stand at the beginning, and so go on with what was said before: "in the rooms?", "or the pool". */
export function goesOn(text: string): boolean {
  const [first = ''] = wordsOf(text);
  return PREPOSITIONS.has(first) || CONJUNCTIONS.has(first);
}

/** Whether a text is a yes or a no and nothing else ("yes please", "no thank you", "that's right"). */
export function isYesNo(text: string): boolean {
  const words = wordsOf(text);
  if (words.length === 0 || words.length > 4) return false;
  return (YES_NO.has(words[0] ?? '') && words.every((word) => YES_NO.has(word) || POLITE.has(word))) || YES_PHRASES.has(words.join(' '));
}

/** Whether a text takes leave. "Thanks, bye" does, "thanks" alone does not. */
export function isGoodbye(text: string): boolean {
  const words = wordsOf(text);
  if (words.length === 0 || words.length > 12) return false;
  const last = words.slice(-4).join(' ');
  return /(^| )(bye|goodbye|good bye|bye bye|see you|see ya|have a (nice|good|great) (day|one|evening|night)|that's all|that is all|that will be all|that'll be all)$/.test(last)
    || /(^| )(bye|goodbye) (now|then)$/.test(last);
}

/** What a text of the bot asks for, by its last sentence. */
export function askedBy(botText: string): Exclude<Asked, 'message' | 'digits'> {
  const sentence = lastSentence(botText);
  if (!sentence.endsWith('?')) return /\b(please (tell|say|give)|tell me)\b/i.test(sentence) ? 'open' : 'nothing';
  const words = wordsOf(sentence);
  if (words.includes('or') || words.some((word) => QUESTION_WORDS.has(word))) return 'open';
  return YES_NO_OPENERS.has(words[0] ?? '') || words.at(-1) === 'right' ? 'yes-no' : 'open';
}

function stopsInside(sentence: string, words: readonly string[], asks: boolean): Inside | undefined {
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (trailingNumber(sentence) === 'digit-string') return 'digits';
  if (/[,–—:-]$/u.test(sentence.trim())) return 'punctuation';
  if (isSpelling(sentence)) return 'spelling';
  if (isOpenAddress(words)) return 'address';
  if (FILLERS.has(last) || (last === 'well' && before === '')) return 'filler';
  if (CONJUNCTIONS.has(last) && !(asks && last === 'so') && !(before === '' && last === 'so')) return 'conjunction';
  if (DETERMINERS.has(last) && !DETERMINER_ENDS.has(`${before} ${last}`)) return 'determiner';
  if (asks) return undefined;
  if (words.length > 1 && PREPOSITIONS.has(last) && !looksAsked(words) && !PREPOSITION_ENDS.has(`${before} ${last}`)) return 'preposition';
  if (words.length > 1 && OPEN_ENDS.some((end) => ` ${words.join(' ')}`.endsWith(` ${end}`))) return 'open-verb';
  if (SUBJECTS.has(last) && (words.length === 1 || CONJUNCTIONS.has(before) || before === 'that')) return 'subject';
  return undefined;
}

/** Two or more single letters at the end: "S M I T", "B-R-O". The words "a" and "I" alone do not count. */
function isSpelling(sentence: string): boolean {
  return /(^|[\s,-])[a-z]([\s,.-]+[a-z]){1,}[\s,.-]*$/i.test(sentence) && !/[ap]\.?\s?m\.?$/i.test(sentence);
}

/** "My address is 12", "I live at", "12 Harbor": a house number or a street without its kind. */
function isOpenAddress(words: readonly string[]): boolean {
  const at = words.findLastIndex((word) => word === 'address' || word === 'live');
  if (at < 0) return false;
  const rest = words.slice(at + 1).filter((word) => !['is', 'at', 'on', 'in'].includes(word));
  return rest.length < 2 || (rest.length === 2 && /^\d+$/.test(rest[0] ?? ''));
}

function isGreeting(words: readonly string[]): boolean {
  return words.length <= 4 && GREETINGS.test(words.join(' '));
}

function looksAsked(words: readonly string[]): boolean {
  const [first = '', second = ''] = words;
  if (words.length < 3) return false;
  return QUESTION_WORDS.has(first) ? !SUBJECTLESS.has(second) : YES_NO_OPENERS.has(first) && words.length >= 4;
}

/** From here on a phrase counts as a statement; measured on the answers callers give. */
const SHORT_WORDS = 5;
const FILLERS = new Set(['um', 'umm', 'uh', 'uhm', 'er', 'erm', 'hmm']);
const CONJUNCTIONS = new Set(['and', 'or', 'but', 'because', 'so', 'if', 'while', 'than', 'plus', 'unless', 'although', 'whether', 'until']);
const DETERMINERS = new Set(['a', 'an', 'the', 'my', 'your', 'our', 'their', 'his', 'its', 'some', 'every', 'another', 'these']);
const DETERMINER_ENDS = new Set(['please some', 'have some', 'a m', 'like some', 'want some']);
const PREPOSITIONS = new Set(['to', 'for', 'at', 'in', 'on', 'with', 'from', 'of', 'by', 'about', 'into', 'between', 'under', 'over', 'near', 'around', 'until', 'after', 'before']);
const PREPOSITION_ENDS = new Set(['check in', 'checking in', 'come in', 'log in', 'hold on', 'come on', 'go on', 'drop by', 'i want to', 'love to', 'that for', 'come over', 'day after', 'day before', 'the before', 'looking around']);
const OPEN_ENDS = [
  'i want', 'i need', 'i would like', "i'd like", 'i would', "i'd", 'i have', "i'm", 'i am', 'my name is', 'it is', "it's", 'there is', "there's",
  'can you', 'could you', 'can i', 'could i', 'do you', 'do i', 'would you', 'may i', 'is there', 'are there', 'tell me', 'i was', 'we are', "we're", 'we need', 'we want', "we'd like",
  'my number is', 'the number is', 'number is', 'name is', 'want to', 'like to', 'need to', 'going to', 'trying to', 'i was wondering', 'let me', 'give me', 'looking for', 'i will', "i'll", 'do you have', 'can i have', 'can i get',
];
const SUBJECTS = new Set(['i', 'we', 'he', 'she', 'they']);
const QUESTION_WORDS = new Set(['what', "what's", 'when', "when's", 'where', "where's", 'who', "who's", 'why', 'how', "how's", 'which', 'whose']);
const SUBJECTLESS = new Set(['i', 'we', 'you']);
const YES_NO_OPENERS = new Set(['is', 'are', 'do', 'does', 'did', 'can', 'could', 'will', 'would', 'should', 'shall', 'may', 'have', 'has', 'am', 'was', 'were']);
const YES_NO = new Set(['yes', 'yeah', 'yep', 'yup', 'no', 'nope', 'nah', 'sure', 'okay', 'ok', 'correct', 'right', 'exactly', 'absolutely', 'definitely', 'certainly', 'mhm', 'indeed']);
const POLITE = new Set(['please', 'thanks', 'thank', 'you', 'sir', "ma'am", 'it', 'is', 'that', "that's", 'not', 'course', 'of', 'all', 'really', 'do', 'i', "don't", 'does']);
const YES_PHRASES = new Set(['of course', "that's right", 'that is right', "that's correct", 'that is correct', 'not really', 'not yet', 'i do', "i don't", 'go ahead', 'sounds good', 'please do', 'never mind']);
const GREETINGS = /^(hello|hi|hey|hiya|good (morning|afternoon|evening|day)|greetings)( (hello|hi|there|again|everyone|good (morning|afternoon|evening)))*$/;
