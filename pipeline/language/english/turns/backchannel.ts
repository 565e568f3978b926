import { wordsOf } from '../../../text/words.ts';

/** Whether a text only says "I am listening": "mhm", "okay", "right, yeah". False for an empty text. */
export function isBackchannel(text: string): boolean {
  const words = wordsOf(text);
  return words.length > 0 && words.length <= 6 && realWords(text).length === 0;
}

/** The words of a text that carry something: neither backchannel nor filler. */
export function realWords(text: string): readonly string[] {
  let joined = ` ${wordsOf(text).join(' ')} `;
  for (const phrase of PHRASES) joined = joined.replaceAll(` ${phrase} `, ' ');
  return joined.split(' ').filter((word) => word !== '' && !WORDS.has(word));
}

/** Whether a text holds a backchannel that answers a yes/no question: "yeah", "okay", "right". */
export function mayAnswer(text: string): boolean {
  return wordsOf(text).some((word) => ANSWERS.has(word));
}

/** Whether a single word is said to stop somebody who speaks. */
export function isStopWord(word: string): boolean {
  return STOPS.has(word);
}

/** Whether a word asks for something: no nod is misheard as it. */
export function isRequestWord(word: string): boolean {
  return REQUESTS.has(word);
}

const PHRASES = ['i see', 'got it', 'all right', 'of course', 'sounds good', 'thank you', 'uh huh', 'mm hmm', 'mm hm', 'oh wow', 'very good', 'that is fine', "that's fine", 'makes sense', 'i understand', 'oh okay', 'go on', "that's right", 'that is right', "that's true", "that's good", "that's great", "that's nice"];
const WORDS = new Set([
  'mhm', 'm', 'h', 'mm', 'nhm', 'mhmm', 'uhuh', 'hum', 'ha', 'mmm', 'mmhmm', 'hm', 'hmm', 'hmmm', 'uh', 'huh', 'uhhuh', 'um', 'umm', 'er', 'ah', 'aha', 'oh', 'ooh', 'okay', 'ok', 'kay', 'k', 'right', 'yeah', 'yep', 'yup', 'ya', 'yes',
  'sure', 'alright', 'great', 'good', 'nice', 'cool', 'perfect', 'fine', 'thanks', 'wow', 'lovely', 'wonderful', 'excellent', 'really', 'true', 'exactly', 'indeed',
]);
const ANSWERS = new Set(['yes', 'yeah', 'yep', 'yup', 'okay', 'ok', 'right', 'sure', 'mhm', 'mmhmm', 'huh', 'alright', 'fine', 'exactly', 'indeed', 'hmm']);
const STOPS = new Set(['stop', 'wait', 'no', 'hold', 'hang', 'excuse', 'sorry', 'hello', 'cancel', 'quiet', 'enough', 'pause', 'operator', 'shut', 'listen', 'but', 'actually', 'pardon']);
const REQUESTS = new Set([
  'what', "what's", 'when', "when's", 'where', "where's", 'who', "who's", 'why', 'how', 'which', 'is', 'are', 'do', 'does', 'can', 'could', 'will', 'would', 'may',
  'please', 'tell', 'give', 'help', 'repeat', 'again', 'never', 'not', "don't", 'moment', 'second', 'minute', 'goodbye', 'bye',
]);
