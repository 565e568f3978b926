import type { TurnLanguage } from '../language/turn-language.ts';
import { wordsOf } from './words.ts';

export interface EchoOptions {
  readonly echoOverlapRatio: number;
  readonly echoWords: number;
}

/**
 * Whether a transcript repeats what the bot has just said: a speakerphone heard itself. The words must come in the
 * bot's order; recognition of an echo loses and bends some, so not all have to match.
 */
export function isEcho(text: string, botText: string, options: EchoOptions, turns: TurnLanguage): boolean {
  const said = wordsOf(text);
  const bot = wordsOf(botText).slice(-options.echoWords);
  if (said.length === 0 || bot.length === 0) return false;
  if (said.length === 1) return isLoneEcho(said[0] ?? '', bot, turns);
  const saidPlain = turns.withDigits(said);
  const botPlain = turns.withDigits(bot);
  // Who says other figures than the bot corrects it, in its own words.
  const figures = saidPlain.filter(isDigit);
  if (
    longestCommon(
      figures,
      botPlain.map((word) => turns.soundsLikeDigit[word] ?? word),
    ) < figures.length
  )
    return false;
  return longestCommon(saidPlain, botPlain) / saidPlain.length >= options.echoOverlapRatio;
}

/** A word that stops somebody is meant, though the bot has just used it, unless the bot has said little else: "Hello" is how it greets. Figures may correct. */
function isLoneEcho(word: string, bot: readonly string[], turns: TurnLanguage): boolean {
  if (/^\d+$/.test(word)) return false;
  if (turns.isStopWord(word)) return bot.length <= LONE_WORD_REACH && bot[0] === word;
  return bot.slice(-LONE_WORD_REACH).includes(word);
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
