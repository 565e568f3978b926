import { isStopWord } from './backchannel.ts';
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
  if (said.length === 1) {
    const [word = ''] = said;
    return !isStopWord(word) && word.length > 2 && bot.slice(-LONE_WORD_REACH).includes(word);
  }
  return longestCommon(said, bot) / said.length >= options.echoOverlapRatio;
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
