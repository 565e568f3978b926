import { isStopWord } from '../language/english/turns/backchannel.ts';
import { wordsOf } from './words.ts';

export interface EchoOptions {
  readonly echoOverlapRatio: number;
  readonly echoWords: number;
}

/**
 * Whether a transcript repeats what the bot has just said: a speakerphone heard itself. The words must come in the
 * bot's order; recognition of an echo loses and bends some, so not all have to match.
 */
export function isEcho(text: string, botText: string, options: EchoOptions): boolean {
  const said = wordsOf(text);
  const bot = wordsOf(botText).slice(-options.echoWords);
  if (said.length === 0 || bot.length === 0) return false;
  if (said.length === 1) return isLoneEcho(said[0] ?? '', bot);
  const saidPlain = withDigits(said);
  const botPlain = withDigits(bot);
  // Who says other figures than the bot corrects it, in its own words.
  const figures = saidPlain.filter(isDigit);
  if (
    longestCommon(
      figures,
      botPlain.map((word) => SOUNDS_LIKE[word] ?? word),
    ) < figures.length
  )
    return false;
  return longestCommon(saidPlain, botPlain) / saidPlain.length >= options.echoOverlapRatio;
}

/** A word that stops somebody is meant, though the bot has just used it, unless the bot has said little else: "Hello" is how it greets. Figures may correct. */
function isLoneEcho(word: string, bot: readonly string[]): boolean {
  if (/^\d+$/.test(word)) return false;
  if (isStopWord(word)) return bot.length <= LONE_WORD_REACH && bot[0] === word;
  return bot.slice(-LONE_WORD_REACH).includes(word);
}

/** Words with every number as its digits: the bot's text has "8:30" where its echo is heard as "eight thirty", and the other way round. */
function withDigits(words: readonly string[]): readonly string[] {
  return words.flatMap((word, at) => {
    const tens = TENS.indexOf(word);
    // "thirty five" is 35, "thirty" and "thirty fifteen" have a nought.
    if (tens >= 0) return isUnit(words[at + 1] ?? '') ? [`${tens + 2}`] : [`${tens + 2}`, '0'];
    const unit = UNITS.indexOf(word);
    if (unit >= 0) return [...`${unit}`];
    const ordinal = ORDINALS.indexOf(word);
    if (ordinal >= 0) return [...`${ordinal + 1}`];
    return /\d/.test(word) ? (word.replace(/(?<=\d)(st|nd|rd|th)$/, '').match(/\d|\D+/g) ?? []) : [word];
  });
}

/** One to nine. */
function isUnit(word: string): boolean {
  const unit = UNITS.indexOf(word);
  return unit >= 1 && unit <= 9;
}

function isDigit(word: string): boolean {
  return word.length === 1 && word >= '0' && word <= '9';
}

/** Length of the longest common subsequence; both are short (at most a few dozen words). */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const word of a.slice(-60)) {
    const next = [0];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(word === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** A lone word counts as echo only of what was said right now; a guess. */
const LONE_WORD_REACH = 6;
const UNITS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth'];
const SOUNDS_LIKE: Readonly<Record<string, string>> = { to: '2', too: '2', for: '4' };
