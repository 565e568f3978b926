import { wordsOf } from '../../../text/words.ts';

/** What a caller asks for who wants no answer: time, or the bot to be quiet. */
export type Wait = 'hold' | 'stop';

/** Whether a whole turn only asks the bot to wait or to stop; "hold on, what about parking?" asks for more. */
export function asksToWait(text: string): Wait | undefined {
  const words = wordsOf(text);
  if (words.length === 0 || words.length > MAX_WORDS) return undefined;
  const said = words.join(' ');
  if (consists(said, [...HOLDS, ...POLITE]) && contains(said, HOLDS)) return 'hold';
  return consists(said, [...STOPS, ...POLITE]) && contains(said, STOPS) ? 'stop' : undefined;
}

/** Whether somebody who has just interrupted has only begun: "excuse me", "sorry", "wait", "thanks". */
export function isLeadIn(text: string): boolean {
  const words = wordsOf(text);
  return words.length > 0 && words.length <= MAX_WORDS && consists(words.join(' '), [...LEAD_INS, ...HOLDS, ...STOPS, ...POLITE]);
}

/** Whether `said` is made of nothing but these phrases; longer ones are taken first. */
function consists(said: string, phrases: readonly string[]): boolean {
  let rest = ` ${said.replaceAll(' ', '  ')} `;
  for (const phrase of phrases.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(` ${phrase.replaceAll(' ', '  ')} `, ' ');
  return rest.trim() === '';
}

function contains(said: string, phrases: readonly string[]): boolean {
  return phrases.some((phrase) => ` ${said} `.includes(` ${phrase} `));
}

const HOLDS = [
  'hold on', 'hold on a second', 'hold on a moment', 'hold on a minute', 'hold on one second', 'hold on a sec', 'hang on', 'hang on a second', 'hang on a minute',
  'hang on a sec', 'wait', 'wait a second', 'wait a moment', 'wait a minute', 'wait a sec', 'one moment', 'one second', 'one sec', 'one minute', 'just a moment',
  'just a second', 'just a sec', 'just a minute', 'just one moment', 'just one second', 'just wait', 'a moment', 'give me a second', 'give me a moment', 'give me a minute', 'give me a sec',
  'let me think', 'let me see', 'let me check', 'bear with me',
];
const STOPS = [
  'stop', 'stop it', 'stop that', 'stop talking', 'stop speaking', 'enough', "that's enough", 'that is enough', 'be quiet', 'quiet', 'shut up', 'hush', 'pause', 'silence',
];
const POLITE = ['please', 'okay', 'ok', 'oh', 'no', 'sorry', 'thanks', 'thank you', 'just', 'now', 'hey', 'uh', 'um', 'so', 'well', 'yes', 'yeah'];
const LEAD_INS = ['excuse me', 'pardon me', 'hello', 'hi', 'actually', 'listen', 'look', 'right', 'but', 'great', 'good', 'perfect', 'all right', 'alright', 'and', 'yes but', 'no wait', 'i', 'can i', 'could you'];
const MAX_WORDS = 8;
