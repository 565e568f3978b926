import type { Dialogue } from '../dialogue/dialogue.ts';
import type { ReplyPlan } from '../dialogue/reply-plan.ts';
import type { PipelineOptions } from '../options.ts';
import type { TurnLanguage } from '../language/turn-language.ts';
import { sameWords } from '../text/words.ts';
import type { BotTurn, HeardHow } from './bot-turn.ts';

/**
 * Whether an answer is worth preparing before the turn has ended. A look-up costs milliseconds, so even a partial text
 * may be guessed from; the LLM is asked about final texts only, and not about one that is sure to go on.
 */
export function isWorthGuessing(
  plan: ReplyPlan,
  text: string,
  isFinal: boolean,
  options: PipelineOptions['speculation'],
  turns: TurnLanguage,
): boolean {
  if (!isFinal && !options.onPartial) return false;
  switch (plan.kind) {
    case 'match':
      return options.knowledge && (isFinal || plan.whenFinal !== true);
    case 'llm':
      return options.llm && isFinal && turns.shapeOf(text).kind !== 'unfinished';
    case 'say':
      return plan.message === undefined && (isFinal || (plan.form !== undefined && options.knowledge));
    case 'act':
      return false;
  }
}

/** Whether what was prepared is still the answer: the same words, and heard so well that they mean the same. */
export function stillFits(dialogue: Dialogue, turn: BotTurn, text: string, heard: HeardHow): boolean {
  if (!sameWords(turn.callerText, text)) return false;
  if (turn.heard.confidence === heard.confidence && turn.heard.keys === heard.keys) return true;
  return JSON.stringify(dialogue.plan(text, heard)) === JSON.stringify(dialogue.plan(turn.callerText, turn.heard));
}
